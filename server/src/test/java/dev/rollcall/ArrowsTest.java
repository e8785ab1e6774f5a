package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The arrows of the map in docs/architecture.md: which room may know which, told by the imports.
final class ArrowsTest {
  private static final Path MAIN = Path.of("src/main/java/dev/rollcall");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+);");
  private static final Pattern OURS = Pattern.compile("dev\\.rollcall\\.([a-z]+)\\..*");

  /// The root, which builds everything, may know every room and is not listed.
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          Map.entry("problem", Set.of()),
          Map.entry("http", Set.of("problem")),
          Map.entry("account", Set.of("problem")),
          Map.entry("token", Set.of("problem", "account", "outward")),
          Map.entry("quiet", Set.of("problem", "account")),
          Map.entry("delivery", Set.of("problem", "account", "token", "quiet")),
          Map.entry("fcm", Set.of("delivery", "token")),
          Map.entry("apns", Set.of("delivery", "token")),
          Map.entry("outward", Set.of()),
          Map.entry("webpush", Set.of("delivery", "outward")),
          Map.entry("webhook", Set.of("problem", "account", "token", "delivery", "outward")),
          Map.entry("transfer", Set.of("problem", "account", "token")),
          Map.entry(
              "storage",
              Set.of(
                  "problem",
                  "account",
                  "token",
                  "delivery",
                  "transfer",
                  "quiet",
                  "webhook",
                  "http")),
          Map.entry("sdk", Set.of("problem", "account", "token", "http")),
          Map.entry(
              "operate", Set.of("problem", "account", "token", "delivery", "webhook", "http")));

  /// What may know `http` although its room may not: the edge.
  private static final Pattern EDGE =
      Pattern.compile(
          "account/(\\w+Routes|Credentials|ClientInfoReader|Pages|UserJson)\\.java"
              + "|(token|webhook)/(\\w+Routes|TokenBody)\\.java"
              + "|delivery/(\\w+Routes|NotificationBody|ContextJson)\\.java"
              + "|quiet/\\w+(Routes|Reader)\\.java");

  /// The only files that may know a library.
  private static final Map<String, Pattern> GUESTS =
      Map.ofEntries(
          Map.entry("java.sql.", Pattern.compile("storage/.*")),
          Map.entry("org.sqlite.", Pattern.compile("storage/.*")),
          Map.entry("org.flywaydb.", Pattern.compile("storage/.*")),
          Map.entry("io.helidon.", Pattern.compile("http/.*|Certificates\\.java")),
          Map.entry("org.apache.hc.", Pattern.compile("outward/.*")),
          Map.entry(
              "tools.jackson.",
              Pattern.compile(
                  "http/.*|account/UserJson\\.java|delivery/JsonObject\\.java|transfer/.*")),
          Map.entry("io.micrometer.", Pattern.compile("operate/.*")),
          Map.entry("ch.qos.logback.", Pattern.compile("operate/.*")),
          Map.entry("io.github.bucket4j.", Pattern.compile("token/.*")),
          Map.entry("com.github.benmanes.", Pattern.compile("token/.*")),
          Map.entry("com.google.", Pattern.compile("fcm/.*")),
          Map.entry("com.eatthepath.", Pattern.compile("apns/.*")),
          Map.entry("io.netty.", Pattern.compile("apns/.*")),
          Map.entry("com.zerodeplibs.", Pattern.compile("webpush/.*")));

  private record Arrow(String file, String imported) {
    String room() {
      return file.contains("/") ? file.substring(0, file.indexOf('/')) : "";
    }
  }

  private static List<Arrow> arrows() throws IOException {
    var arrows = new ArrayList<Arrow>();
    try (var files = Files.walk(MAIN)) {
      for (var file : files.filter(it -> it.toString().endsWith(".java")).sorted().toList()) {
        var name = MAIN.relativize(file).toString().replace('\\', '/');
        IMPORT
            .matcher(Files.readString(file))
            .results()
            .forEach(found -> arrows.add(new Arrow(name, found.group(1))));
      }
    }
    return arrows;
  }

  @Test
  void everyRoomKnowsOnlyThoseThatTheMapShows() throws IOException {
    assertEquals(List.of(), arrows().stream().filter(it -> !isOnTheMap(it)).toList());
  }

  private static boolean isOnTheMap(Arrow arrow) {
    var ours = OURS.matcher(arrow.imported());
    if (!ours.matches() || arrow.room().isEmpty() || ours.group(1).equals(arrow.room())) {
      return true;
    }
    var known = ROOMS.getOrDefault(arrow.room(), Set.of());
    return known.contains(ours.group(1))
        || ours.group(1).equals("http") && EDGE.matcher(arrow.file()).matches();
  }

  @Test
  void librariesStayInTheirRooms() throws IOException {
    var astray =
        arrows().stream()
            .filter(
                arrow ->
                    GUESTS.entrySet().stream()
                        .anyMatch(
                            guest ->
                                arrow.imported().startsWith(guest.getKey())
                                    && !guest.getValue().matcher(arrow.file()).matches()))
            .toList();
    assertEquals(List.of(), astray);
  }

  @Test
  void everyRoomIsOnTheMap() throws IOException {
    try (var folders = Files.list(MAIN)) {
      var rooms =
          folders
              .filter(Files::isDirectory)
              .map(folder -> folder.getFileName().toString())
              .collect(Collectors.toSet());
      assertEquals(ROOMS.keySet(), rooms);
    }
  }
}
