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
      Map.of(
          "problem", Set.of(),
          "http", Set.of("problem"),
          "account", Set.of("problem"),
          "token", Set.of("problem", "account"),
          "transfer", Set.of("problem", "account", "token"),
          "storage", Set.of("problem", "account", "token", "transfer"),
          "sdk", Set.of("problem", "account", "token", "http"),
          "operate", Set.of("problem", "account", "token", "http"));

  /// What may know `http` although its room may not: the edge.
  private static final Pattern EDGE =
      Pattern.compile(
          "account/(\\w+Routes|Credentials|ClientInfoReader|Pages|UserJson)\\.java"
              + "|token/(\\w+Routes|TokenBody)\\.java");

  /// The only files that may know a library.
  private static final Map<String, Pattern> GUESTS =
      Map.of(
          "java.sql.", Pattern.compile("storage/.*"),
          "org.sqlite.", Pattern.compile("storage/.*"),
          "org.flywaydb.", Pattern.compile("storage/.*"),
          "io.helidon.", Pattern.compile("http/.*|Certificates\\.java"),
          "tools.jackson.", Pattern.compile("http/.*|account/UserJson\\.java|transfer/.*"),
          "io.micrometer.", Pattern.compile("operate/.*"),
          "ch.qos.logback.", Pattern.compile("operate/.*"),
          "io.github.bucket4j.", Pattern.compile("token/.*"),
          "com.github.benmanes.", Pattern.compile("token/.*"));

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
