package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds the packages to the table "Arrows" of docs/architecture.md, which says for each package
/// which others it may use.
final class ArrowsTest {
  private static final Path MAIN = Path.of("src/main/java/dev/rollcall");
  private static final Path MAP = Path.of("../docs/architecture.md");
  private static final Pattern TABLE = Pattern.compile("(?s)\n## Arrows\n.*?\n```\n(.*?)```\n");
  private static final Pattern TYPE =
      Pattern.compile("(?<![\\w.])([a-z]\\w*(?:\\.[a-z]\\w*)+)\\.(?:[A-Z]\\w*|\\*)");

  /// The package `dev.rollcall` itself, which has one class.
  private static final String ROOT = "Server";

  /// The readers of requests, which may use `http` although the rest of their packages may not.
  private static final Pattern READS_REQUESTS =
      Pattern.compile(
          "(account|token|preference|provider|delivery|webhook)/\\w+Routes\\.java"
              + "|account/(Credentials|CredentialCheck|ClientInfoReader|TimezoneReader|Pages|UserJson)\\.java"
              + "|token/TokenBody\\.java|preference/\\w+Reader\\.java|message/ContextJson\\.java"
              + "|delivery/NotificationBody\\.java");

  /// The only files that may use a library.
  private static final Map<String, Pattern> LIBRARIES =
      Map.ofEntries(
          Map.entry("java.sql", Pattern.compile("storage/.*")),
          Map.entry("javax.sql", Pattern.compile("storage/.*")),
          Map.entry("org.sqlite", Pattern.compile("storage/sqlite/.*")),
          Map.entry("org.postgresql", Pattern.compile("storage/postgres/.*")),
          Map.entry("com.zaxxer.hikari", Pattern.compile("storage/postgres/.*")),
          Map.entry(
              "org.flywaydb",
              Pattern.compile("storage/(engine|sqlite|postgres)/\\w*Migrations\\.java")),
          Map.entry("io.helidon", Pattern.compile("http/.*|start/Certificates\\.java")),
          Map.entry("org.apache.hc", Pattern.compile("egress/.*")),
          Map.entry(
              "tools.jackson",
              Pattern.compile("json/.*|http/Body\\.java|account/UserJson\\.java|transfer/.*")),
          Map.entry("io.micrometer", Pattern.compile("operate/.*")),
          Map.entry("ch.qos.logback", Pattern.compile("operate/.*")),
          Map.entry("io.github.bucket4j", Pattern.compile("token/.*")),
          Map.entry("com.github.benmanes", Pattern.compile("token/.*")),
          Map.entry("com.google", Pattern.compile("provider/fcm/.*")),
          Map.entry("com.eatthepath", Pattern.compile("provider/apns/.*")),
          Map.entry("io.netty", Pattern.compile("provider/apns/.*")),
          Map.entry("com.zerodeplibs", Pattern.compile("provider/webpush/.*")));

  /// A file that names a type of a package.
  private record Use(String file, String of) {
    String from() {
      return file.contains("/") ? file.substring(0, file.lastIndexOf('/')) : ROOT;
    }

    boolean isOurs() {
      return of.equals("dev.rollcall") || of.startsWith("dev.rollcall.");
    }

    String to() {
      return of.equals("dev.rollcall")
          ? ROOT
          : of.substring("dev.rollcall.".length()).replace('.', '/');
    }

    boolean isOf(String library) {
      return of.equals(library) || of.startsWith(library + ".");
    }
  }

  private static List<String> files() throws IOException {
    try (var files = Files.walk(MAIN)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> MAIN.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  // Imports, and whatever names a type with its package: code and references in comments.
  private static List<Use> uses() throws IOException {
    var uses = new ArrayList<Use>();
    for (var file : files()) {
      TYPE.matcher(Files.readString(MAIN.resolve(file)))
          .results()
          .forEach(found -> uses.add(new Use(file, found.group(1))));
    }
    return uses;
  }

  /// The packages in the order of the table, each with those that it may use.
  private static Map<String, Set<String>> table() throws IOException {
    var table = TABLE.matcher(Files.readString(MAP));
    assertTrue(table.find(), MAP + " has no table of arrows");
    var packages = new LinkedHashMap<String, Set<String>>();
    for (var line : table.group(1).lines().toList()) {
      var sides = line.split("→", 2);
      var before =
          packages.put(
              sides[0].strip(),
              sides.length == 1 ? Set.of() : Set.of(sides[1].strip().split(",\\s*")));
      assertEquals(null, before, "the table has two lines for " + sides[0]);
    }
    return packages;
  }

  @Test
  void everyPackageUsesOnlyThoseThatTheTableAllows() throws IOException {
    var table = table();
    var others =
        uses().stream()
            .filter(use -> use.isOurs() && !use.from().equals(use.to()))
            .filter(use -> !table.getOrDefault(use.from(), Set.of()).contains(use.to()))
            .filter(use -> !use.to().equals("http") || !isReaderOfRequests(use.file()))
            .toList();
    assertEquals(List.of(), others);
  }

  private static boolean isReaderOfRequests(String file) {
    return READS_REQUESTS.matcher(file).matches();
  }

  @Test
  void everyLineOfTheTableNamesOnlyPackagesAboveItSoThatThereIsNoCycle() throws IOException {
    var above = new TreeSet<String>();
    for (var line : table().entrySet()) {
      for (var used : line.getValue()) {
        assertTrue(above.contains(used), line.getKey() + " → " + used + " does not point upwards");
      }
      above.add(line.getKey());
    }
  }

  @Test
  void everyPackageIsInTheTable() throws IOException {
    var packages =
        files().stream().map(file -> new Use(file, "").from()).collect(Collectors.toSet());
    assertEquals(packages, table().keySet());
  }

  @Test
  void librariesStayInTheirPackages() throws IOException {
    var astray =
        uses().stream()
            .filter(
                use ->
                    LIBRARIES.entrySet().stream()
                        .anyMatch(
                            library ->
                                use.isOf(library.getKey())
                                    && !library.getValue().matcher(use.file()).matches()))
            .toList();
    assertEquals(List.of(), astray);
  }
}
