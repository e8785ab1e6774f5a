package dev.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.cli.Flags;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.http.Capacity;
import dev.rollcall.storage.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigTest {
  private static Config flags(String... flags) {
    return Config.read(new Settings(Flags.read(List.of(flags)), Map.of()));
  }

  private static Config environment(Map<String, String> environment) {
    return Config.read(new Settings(Map.of(), environment));
  }

  /// What is said about a wrong configuration, one mistake a line.
  private static List<String> mistakes(Map<String, String> flags, Map<String, String> environment) {
    var settings = new Settings(flags, environment);
    var message = assertThrows(UsageException.class, () -> Config.read(settings)).getMessage();
    assertTrue(message.startsWith("The configuration is wrong:\n"), message);
    return message.lines().skip(1).map(String::strip).toList();
  }

  private static List<String> mistakes(String... flags) {
    return mistakes(Flags.read(List.of(flags)), Map.of());
  }

  @Test
  void nothingHasToBeSet() {
    var config = flags();
    assertEquals(8080, config.listen().httpPort());
    assertEquals(8443, config.listen().httpsPort());
    assertEquals(Optional.empty(), config.listen().host());
    assertEquals(Path.of("rollcall-data"), config.data());
    assertEquals(
        new DatabaseAddress.SqliteFile(Path.of("rollcall-data", "rollcall.db")), config.database());
    assertEquals(Optional.empty(), config.publicHost());
    assertEquals(Optional.empty(), config.firstApp());
    assertEquals(Optional.empty(), config.accounts().sessionTtl());
    assertEquals(100, config.accounts().sessionsPerUser());
    assertEquals(100, config.tokens().registration().tokensPerUser());
    assertEquals(Duration.ofDays(30), config.tokens().stale());
    assertEquals(Duration.ofDays(270), config.tokens().removal());
    assertEquals(300, config.tokens().perMinute());
  }

  @Test
  void idleConnectionsAreKeptForLongerThanMostLoadBalancersKeepThem() {
    assertEquals(Duration.ofSeconds(100), flags().keepAlive());
    assertEquals(Duration.ofSeconds(620), flags("--keep-alive=620s").keepAlive());
    assertEquals(Duration.ofSeconds(1), flags("--keep-alive=1s").keepAlive());
    assertEquals(Duration.ofDays(1), flags("--keep-alive=1d").keepAlive());
  }

  @Test
  void onlyNodesThatMayHaveOthersDrain() {
    var database = "--database=postgresql://rollcall@localhost/rollcall";
    assertEquals(Duration.ZERO, flags().drain());
    assertEquals(Duration.ofSeconds(8), flags(database).drain());
    assertEquals(Duration.ZERO, flags(database, "--drain=0s").drain());
    assertEquals(Duration.ofSeconds(30), flags("--drain=30s").drain());
    assertEquals(Duration.ofHours(1), flags("--drain=1h").drain());
  }

  @Test
  void aFlagWinsOverTheEnvironmentAndBothOverTheDefault() {
    var environment = Map.of("ROLLCALL_HTTP_PORT", "1000", "ROLLCALL_HTTPS_PORT", "2000");
    var config = Config.read(new Settings(Map.of("--http-port", "3000"), environment));
    assertEquals(3000, config.listen().httpPort());
    assertEquals(2000, config.listen().httpsPort());
  }

  @Test
  void anEmptyVariableIsAsGoodAsNone() {
    assertEquals(8080, environment(Map.of("ROLLCALL_HTTP_PORT", " ")).listen().httpPort());
  }

  @Test
  void theOutwardProxyIsNoneUnlessItIsSet() {
    assertEquals(OutwardProxy.NONE, flags().outwardProxy());
    var proxy =
        environment(
                Map.of(
                    "ROLLCALL_OUTWARD_PROXY", "http://kim:p%40ss@proxy.corp.example:3128",
                    "ROLLCALL_OUTWARD_PROXY_EXCEPT", ".Inside.example,10.0.0.5"))
            .outwardProxy();
    assertEquals("http://proxy.corp.example:3128", proxy.toString());
    assertEquals("p@ss", proxy.login().orElseThrow().password().value());
    assertFalse(proxy.serves("hooks.inside.example"));
    assertTrue(proxy.serves("push.example"));
  }

  @Test
  void theOutwardProxyMayStandInAFile(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("proxy"), "http://kim:secret@proxy:3128\n");
    var config = environment(Map.of("ROLLCALL_OUTWARD_PROXY_FILE", file.toString()));
    assertEquals("http://proxy:3128", config.outwardProxy().toString());
  }

  @Test
  void aWrongOutwardProxyIsToldHowAndNotShown() {
    assertEquals(
        List.of(
            "ROLLCALL_OUTWARD_PROXY (--outward-proxy) must begin with http://; Rollcall does not"
                + " support SOCKS proxies"),
        mistakes("--outward-proxy=socks5://kim:hunter2@proxy:1080"));
    assertEquals(
        List.of(
            "ROLLCALL_OUTWARD_PROXY (--outward-proxy) has a character in its user or password that"
                + " must be percent-encoded: @ is %40, / is %2F, : is %3A, % is %25"),
        mistakes("--outward-proxy=http://kim:hunt@er2@proxy:3128"));
    assertEquals(
        List.of(
            "ROLLCALL_OUTWARD_PROXY (--outward-proxy) is missing; without it, every call is"
                + " direct"),
        mistakes("--outward-proxy-except=.inside.example"));
    assertEquals(
        List.of(
            "ROLLCALL_OUTWARD_PROXY_EXCEPT (--outward-proxy-except) must be hosts with commas"
                + " between them, where .example.com is all under example.com"),
        mistakes("--outward-proxy=http://proxy:3128", "--outward-proxy-except=10.0.0.0/8"));
  }

  @Test
  void everyMistakeIsReportedAtOnce() {
    var flags = new HashMap<String, String>();
    flags.put("--http-port", "many");
    flags.put("--tokens-per-user", "0");
    flags.put("--colour", "red");
    var environment =
        Map.of("ROLLCALL_TOKEN_STALE", "soon", "ROLLCALL_PORT", "1", "ROLLCALL_TLS_CERT", "/no");
    var told = mistakes(flags, environment);
    assertEquals(7, told.size(), told.toString());
    for (var wrong :
        List.of(
            "ROLLCALL_HTTP_PORT (--http-port) must be a whole number from 0 to 65535",
            "ROLLCALL_TOKENS_PER_USER (--tokens-per-user) must be a whole number from 1 to 10000",
            "--colour is not a flag; './rollcall help' lists them",
            "ROLLCALL_TOKEN_STALE (--token-stale) must be a number from 1 to 999999 with s, m, h or"
                + " d, such as 90d",
            "ROLLCALL_PORT is not a setting; './rollcall help' lists them",
            "ROLLCALL_TLS_CERT (--tls-cert) names a file that cannot be read: /no",
            "ROLLCALL_TLS_KEY (--tls-key) is missing; a certificate needs both files")) {
      assertTrue(told.contains(wrong), wrong + " is not in " + told);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http-port, -1",
    "http-port, 65536",
    "http-port, 8080x",
    "http-port, 99999999999",
    "https-port, -1",
    "https-port, 65536",
    "https-port, 8080",
    "database, postgresql://localhost/rollcall",
    "database, postgresql://rollcall:secret@localhost",
    "database, postgresql://rollcall:se@cret@localhost/rollcall",
    "database, postgresql://rollcall:se/cret@localhost/rollcall",
    "database, postgresql://rollcall:%zz@localhost/rollcall",
    "database, postgresql://rollcall@localhost/rollcall?password=secret",
    "database, postgresql://rollcall@localhost/rollcall?sslmode",
    "database, mysql://rollcall:secret@localhost/rollcall",
    "database-connections, 1",
    "database-connections, 1001",
    "database, sqlite:",
    "database, rollcall.db",
    "public-host, https://push.example.com",
    "public-host, push.example.com/v3.0",
    "public-host, push.example.com:",
    "public-host, push_example",
    "keep-alive, 0s",
    "keep-alive, 25h",
    "keep-alive, 100",
    "keep-alive, never",
    "drain, 61m",
    "drain, -1s",
    "drain, 8",
    "drain, off",
    "app-id, a b",
    "app-id, a/b",
    "tokens-per-user, 0",
    "tokens-per-user, 10001",
    "tokens-per-user, 1.5",
    "sessions-per-user, 0",
    "sessions-per-user, 10001",
    "session-ttl, 0d",
    "session-ttl, 90",
    "session-ttl, 1000000d",
    "session-ttl, -1d",
    "session-ttl, P90D",
    "session-ttl, always",
    "session-rate, 0",
    "session-rate, 1000001",
    "apns-digits, 127",
    "apns-digits, 4097",
    "token-stale, 0s",
    "token-stale, never",
    "token-stale, 30 d",
    "token-removal, never",
    "token-removal, 29d",
    "token-removal, 1w",
    "encryption-key, short",
    "encryption-key, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
    "web-push-hosts, https://fcm.googleapis.com",
    "web-push-hosts, 'a.example,,b.example'",
    "web-push-internal, ntfy.lan",
    "web-push-internal, 'ntfy.lan:8443,other'",
    "log-format, xml",
  })
  void aWrongValueIsTheOnlyThingComplainedOf(String name, String value) {
    var told = mistakes("--" + name + "=" + value);
    var key =
        "ROLLCALL_" + name.toUpperCase(Locale.ROOT).replace('-', '_') + " (--" + name + ") must ";
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.getFirst().startsWith(key), told.toString());
  }

  @Test
  void boundsThemselvesAreFine() {
    var config =
        flags(
            "--http-port=65535",
            "--https-port=1",
            "--public-host=push.example.com:8443",
            "--tokens-per-user=10000",
            "--sessions-per-user=1",
            "--session-ttl=1s",
            "--session-rate=1000000",
            "--apns-digits=4096",
            "--token-stale=270d",
            "--token-removal=270d");
    assertEquals(Optional.of(Duration.ofSeconds(1)), config.accounts().sessionTtl());
    assertEquals(Duration.ofDays(270), config.tokens().stale());
    assertEquals(
        Optional.of(Duration.ofMinutes(90)), flags("--session-ttl=90m").accounts().sessionTtl());
    assertEquals(
        Optional.of(Duration.ofHours(2)), flags("--session-ttl=2h").accounts().sessionTtl());
    assertEquals(Optional.empty(), flags("--session-ttl=never").accounts().sessionTtl());
  }

  @Test
  void pushServicesAreNamedWithCommas() {
    assertEquals(
        new Config.PushServices(
            Set.of("fcm.googleapis.com", ".push.apple.com"), Set.of("ntfy.lan:8443")),
        flags(
                "--web-push-hosts=FCM.googleapis.com,.push.apple.com",
                "--web-push-internal=ntfy.lan:8443")
            .pushServices());
    assertEquals(Config.PushServices.ANY, flags().pushServices());
  }

  @Test
  void anEncryptionKeyHasThirtyTwoBytes() {
    var key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    var config = flags("--encryption-key=" + key);
    assertEquals(32, config.encryptionKey().orElseThrow().bytes().length);
    assertFalse(config.toString().contains("AAEC"));
    assertEquals(Optional.empty(), flags().encryptionKey());
  }

  @Test
  void twoFreePortsMayBothBeAny() {
    assertEquals(0, flags("--http-port=0", "--https-port=0").listen().httpsPort());
  }

  @Test
  void anAppNeedsAnId() {
    for (var flag : List.of("--auth-key=12345678", "--api-key=12345678", "--app-region=us")) {
      var told = mistakes(flag);
      assertEquals(
          List.of(
              "ROLLCALL_APP_ID (--app-id) is missing; a region and keys need an app they belong"
                  + " to"),
          told);
    }
  }

  @Test
  void theKeysOfAnAppAreLongEnoughAndTwo() {
    var same = mistakes("--app-id=a", "--auth-key=12345678", "--api-key=12345678");
    assertEquals(
        List.of("ROLLCALL_API_KEY (--api-key) must differ from the auth key, which clients hold"),
        same);
    assertEquals(2, mistakes("--app-id=a", "--auth-key=1234567", "--api-key=12345 78").size());
    assertEquals(1, mistakes("--app-id=a", "--app-region=EU").size());
  }

  @Test
  void aWrongKeyIsNotRepeated() {
    assertFalse(mistakes("--app-id=a", "--api-key=short").toString().contains("short"));
  }

  @Test
  void aSecretMayStandInAFile(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("key"), "12345678\n");
    var config =
        environment(Map.of("ROLLCALL_APP_ID", "a", "ROLLCALL_API_KEY_FILE", file.toString()));
    assertEquals("12345678", config.firstApp().orElseThrow().apiKey().orElseThrow().value());
  }

  @Test
  void aSecretsFileMustBeThereFilledAndTheOnlySource(@TempDir Path folder) throws IOException {
    var empty = Files.writeString(folder.resolve("empty"), " \n").toString();
    var none = folder.resolve("none").toString();
    var told =
        mistakes(
            Map.of(),
            Map.of(
                "ROLLCALL_APP_ID", "a",
                "ROLLCALL_AUTH_KEY_FILE", none,
                "ROLLCALL_API_KEY_FILE", empty));
    assertEquals(
        List.of(
            "ROLLCALL_AUTH_KEY_FILE names a file that cannot be read: " + none,
            "ROLLCALL_API_KEY_FILE names an empty file: " + empty),
        told);
    var filled = Files.writeString(folder.resolve("filled"), "12345678").toString();
    var both =
        Map.of(
            "ROLLCALL_APP_ID", "a",
            "ROLLCALL_AUTH_KEY", "12345678",
            "ROLLCALL_AUTH_KEY_FILE", filled);
    assertEquals(
        List.of("ROLLCALL_AUTH_KEY and ROLLCALL_AUTH_KEY_FILE are both set"),
        mistakes(Map.of(), both));
  }

  @Test
  void onlySecretsHaveAFileForm() {
    assertEquals(
        List.of("ROLLCALL_APP_ID_FILE is not a setting; './rollcall help' lists them"),
        mistakes(Map.of(), Map.of("ROLLCALL_APP_ID_FILE", "x")));
  }

  @Test
  void theLaunchersOwnVariableIsNoMistake() {
    environment(Map.of("ROLLCALL_JAVA_OPTS", "-Xmx1g"));
  }

  @Test
  void aFlagNeedsAValueAndComesOnce() {
    for (var wrong :
        List.of(
            List.of("--http-port"),
            List.of("--http-port", "--https-port", "1"),
            List.of("--http-port="),
            List.of("--http-port", ""),
            List.of("--http-port=1", "--http-port=1"),
            List.of("http-port", "1"))) {
      assertThrows(UsageException.class, () -> Flags.read(wrong), wrong.toString());
    }
  }

  @Test
  void theHeapSaysHowManyConnectionsThereMayBeUnlessTheyAreGiven() {
    var fromHeap = Capacity.ofHeap(Runtime.getRuntime().maxMemory());
    assertEquals(fromHeap, environment(Map.of()).capacity());
    assertEquals(
        fromHeap.withConnections(10), environment(Map.of("ROLLCALL_CONNECTIONS", "10")).capacity());
    assertThrows(
        UsageException.class, () -> environment(Map.of("ROLLCALL_CONNECTIONS", "9")).capacity());
  }
}
