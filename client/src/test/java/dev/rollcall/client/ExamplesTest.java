package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The examples run, and the README shows nothing else.
final class ExamplesTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final Path README = Path.of("README.md");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)\\)");

  private static Process quickstart(String apiKey, Path certificate) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "Quickstart",
            "localhost:" + server.httpsPort(),
            server.app().id(),
            apiKey,
            certificate.toString())
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void aMistakeIsOneSentence() throws Exception {
    for (var process :
        List.of(
            quickstart("wrong-key", server.certificate()),
            quickstart(server.app().apiKey(), Path.of("no-such-certificate.pem")),
            quickstart(server.app().apiKey(), server.key()))) {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(1, process.waitFor(), said);
      assertEquals(1, said.lines().count(), said);
      assertFalse(said.contains("Exception"), said);
    }
  }

  @Test
  void theQuickstartDoesWhatItSays() throws Exception {
    var process = quickstart(server.app().apiKey(), server.certificate());
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(
        List.of(
            "phone:  SENT",
            "phone:  UNCHANGED",
            "tablet: SENT",
            "tokens: [phone-of-alice-N, tablet-of-alice-N]",
            "phone:  DONE",
            "tokens: [tablet-of-alice-N]",
            "ring:   fcm_android tablet-o…"),
        said.lines().map(it -> it.replaceAll("alice-\\d+", "alice-N")).toList());
  }

  @Test
  void theReadmeShowsOnlyWhatIsCompiled() throws IOException {
    var sources =
        normal(Files.readString(Path.of("../examples/Quickstart.java")))
            + normal(Files.readString(Path.of("../examples/Push.java")))
            + normal(
                Files.readString(
                    Path.of("src/test/java/dev/rollcall/client/DocumentationTest.java")));
    var snippets = JAVA.matcher(Files.readString(README)).results().map(it -> it.group(1)).toList();
    assertTrue(snippets.size() >= 4);
    for (var snippet : snippets) {
      assertTrue(sources.contains(normal(snippet)), snippet);
    }
  }

  private static String normal(String code) {
    return code.lines().map(String::trim).collect(Collectors.joining("\n"));
  }

  @Test
  void everyLinkOfTheReadmeLeadsToAFile() throws IOException {
    for (var link : LINK.matcher(Files.readString(README)).results().toList()) {
      assertTrue(Files.exists(Path.of(link.group(1))), link.group(1));
    }
  }
}
