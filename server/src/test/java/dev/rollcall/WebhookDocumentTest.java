package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.webhook.EventType;
import dev.rollcall.webhook.SigningSecret;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// docs/webhooks.md against the program: its Java is compiled, and checks what we sign.
final class WebhookDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/webhooks.md");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern EVENT = Pattern.compile("(?m)^\\| `([a-z]+\\.[a-z]+)` \\|");
  private static final Instant NOW = Instant.ofEpochSecond(1_795_561_391);

  @TempDir Path folder;

  @Test
  void theExampleTellsGenuineMessagesFromOthers() throws Exception {
    var secret = SigningSecret.random();
    var body = "{\"type\":\"token.deleted\"}".getBytes(StandardCharsets.UTF_8);
    var signature = secret.sign("msg_1", NOW.getEpochSecond(), body);
    try (var loader = new URLClassLoader(new URL[] {compiled()}, null)) {
      var check = check(loader);
      var timestamp = String.valueOf(NOW.getEpochSecond());
      var text = secret.text();
      assertTrue(is(check, text, "msg_1", timestamp, signature, body, NOW));
      assertTrue(is(check, text, "msg_1", timestamp, "v1,AAAA " + signature, body, NOW));
      assertFalse(is(check, text, "msg_2", timestamp, signature, body, NOW));
      assertFalse(is(check, text, "msg_1", timestamp, signature, new byte[1], NOW));
      assertFalse(is(check, text, "msg_1", timestamp, signature, body, NOW.plusSeconds(301)));
      assertFalse(
          is(check, SigningSecret.random().text(), "msg_1", timestamp, signature, body, NOW));
    }
  }

  private URL compiled() throws IOException {
    var code = JAVA.matcher(Files.readString(DOCUMENT)).results().toList().getFirst().group(1);
    var file = Files.writeString(folder.resolve("VerifyWebhook.java"), code);
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, "-Xlint:all", "-Werror", file.toString()));
    return folder.toUri().toURL();
  }

  private static Method check(ClassLoader loader) throws ReflectiveOperationException {
    return loader
        .loadClass("VerifyWebhook")
        .getMethod(
            "isGenuine",
            String.class,
            String.class,
            String.class,
            String.class,
            byte[].class,
            Instant.class);
  }

  private static boolean is(Method check, Object... arguments) throws ReflectiveOperationException {
    return (boolean) check.invoke(null, arguments);
  }

  @Test
  void everyEventIsDescribed() throws IOException {
    var described = EVENT.matcher(Files.readString(DOCUMENT)).results().map(it -> it.group(1));
    var told = Arrays.stream(EventType.values()).map(EventType::wireName);
    assertEquals(told.toList(), described.toList());
  }
}
