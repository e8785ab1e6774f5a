package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.cli.Flags;
import dev.rollcall.cli.Main;
import dev.rollcall.config.Config;
import dev.rollcall.config.Settings;
import dev.rollcall.start.DataFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What keeps a server from starting: it says so in a sentence, and holds on to nothing.
final class StartTest {
  private static final Map<String, String> FREE =
      Map.of("--http-port", "0", "--https-port", "0", "--bind", "127.0.0.1");

  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private void isRefused(String sentence, String... flags) {
    var all = new HashMap<>(FREE);
    all.put("--data", data().toString());
    all.putAll(Flags.read(List.of(flags)));
    var arguments = new ArrayList<>(List.of("serve"));
    all.forEach((flag, value) -> arguments.add(flag + "=" + value));
    var err = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    int code = Main.run(arguments, new PrintStream(out), new PrintStream(err));
    var told = err.toString(StandardCharsets.UTF_8);
    assertTrue(told.contains(sentence), told);
    assertFalse(told.contains("\tat "), told);
    assertEquals(1, told.lines().count(), told);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    assertEquals(1, code);
  }

  private Server start() {
    var flags = new HashMap<>(FREE);
    flags.put("--data", data().toString());
    return Server.start(Config.read(new Settings(flags, Map.of())), Clock.systemUTC());
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsFlag() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      for (var flag : List.of("--http-port", "--https-port")) {
        isRefused(
            "Port " + port + " is in use; choose another with " + flag + ", or stop what uses it",
            flag + "=" + port);
      }
    }
    start().close();
  }

  @Test
  void anAddressThatIsNotThisMachinesIsNamed() {
    isRefused("This machine has no address 203.0.113.9", "--bind=203.0.113.9");
    isRefused("There is no address 'no.such.invalid'", "--bind=no.such.invalid");
  }

  @Test
  void twoServersDoNotShareAFolder() {
    var first = start();
    isRefused("Another server uses the data folder " + data().toAbsolutePath());
    first.close();
    start().close();
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "");
    var inside = file.resolve("data");
    isRefused("The data folder " + inside + " cannot be created", "--data=" + inside);
  }

  @Test
  void aDatabaseThatIsNoneIsNamed() throws IOException {
    var file = Files.writeString(folder.resolve("notes.txt"), "no database ".repeat(1000));
    isRefused("is no SQLite database", "--database=sqlite:" + file);
    assertTrue(Files.readString(file).startsWith("no database"));
  }

  @Test
  void aCertificateAndAKeyThatDoNotFitAreRefused() throws Exception {
    var one = TestCertificate.make(folder, "one", "EC");
    var other = TestCertificate.make(folder, "other", "EC");
    var rsa = TestCertificate.make(folder, "rsa", "RSA");
    var wrong = "cannot be used: the key is not the certificate's";
    isRefused(wrong, "--tls-cert=" + one.chain(), "--tls-key=" + other.key());
    isRefused(wrong, "--tls-cert=" + one.chain(), "--tls-key=" + rsa.key());
    isRefused(wrong, "--tls-cert=" + rsa.chain(), "--tls-key=" + one.key());
  }

  @Test
  void aCertificateOrKeyThatIsNoneIsRefused() throws Exception {
    var good = TestCertificate.make(folder, "good", "EC");
    var text = Files.writeString(folder.resolve("text.pem"), "not a certificate, not a key");
    var half = Files.readString(good.key()).replaceFirst("(?m)^.{60}", "");
    var damaged = Files.writeString(folder.resolve("damaged.pem"), half);
    isRefused("openssl pkcs8", "--tls-cert=" + text, "--tls-key=" + good.key());
    isRefused("openssl pkcs8", "--tls-cert=" + good.chain(), "--tls-key=" + text);
    isRefused("openssl pkcs8", "--tls-cert=" + good.key(), "--tls-key=" + good.chain());
    isRefused("openssl pkcs8", "--tls-cert=" + good.chain(), "--tls-key=" + damaged);
  }

  @Test
  void theDevelopmentCertificateIsMadeOnceAndWhatIsMadeIsPrivate() throws IOException {
    start().close();
    var key = data().resolve("dev-key.pem");
    var before = Files.readString(key);
    assertEquals("rw-------", permissions(key));
    assertEquals("rwx------", permissions(data()));
    start().close();
    assertEquals(before, Files.readString(key));
  }

  @Test
  void aFolderThatOthersMayLookIntoStaysSoAndTheOperatorIsTold() throws IOException {
    var log = (Logger) LoggerFactory.getLogger(DataFolder.class);
    var events = new ListAppender<ILoggingEvent>();
    events.start();
    log.addAppender(events);
    try {
      start().close();
      assertEquals(List.of(), events.list);

      Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-x---"));
      start().close();
      assertEquals("rwxr-x---", permissions(data()));
      assertEquals(1, events.list.size());
      assertEquals(Level.WARN, events.list.getFirst().getLevel());
      var cure = String.valueOf(events.list.getFirst().getKeyValuePairs());
      assertTrue(cure.contains("chmod 700 " + data()), cure);
    } finally {
      log.detachAppender(events);
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
