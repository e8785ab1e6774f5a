package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.cli.Main;
import dev.rollcall.config.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the documents say about the program is true of it, as far as a machine can tell.
final class DocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern FLAG = Pattern.compile("--[a-z][a-z-]+");
  private static final Pattern VARIABLE = Pattern.compile("ROLLCALL_[A-Z_]+");
  private static final Pattern COMMAND =
      Pattern.compile("\\./rollcall ((?:app |provider )?[a-z][a-z-]*)(.*)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

  private static List<Path> documents() throws IOException {
    var all = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")));
    try (var docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
    }
    return all;
  }

  private static String configuration() throws IOException {
    return Files.readString(ROOT.resolve("docs/configuration.md"));
  }

  private static String help() {
    var out = new ByteArrayOutputStream();
    Main.run(List.of("help"), new PrintStream(out), System.err);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everySettingIsExplainedWithItsDefault() throws IOException {
    var lines = configuration().lines().toList();
    for (var setting : Setting.values()) {
      var start = "| `" + setting.environment() + "` `" + setting.flag() + "` | ";
      var line = lines.stream().filter(it -> it.startsWith(start)).findFirst();
      assertTrue(line.isPresent(), "no line of docs/configuration.md starts with " + start);
      var shown = setting.defaultValue().map(it -> "`" + it + "`").orElse("–");
      assertTrue(line.get().startsWith(start + shown + " | "), line.get() + " lacks " + shown);
    }
  }

  @Test
  void everySecretsFileFormIsExplained() throws IOException {
    for (var setting : Setting.values()) {
      assertEquals(
          setting.isSecret(), configuration().contains(setting.environmentFile()), setting.name());
    }
  }

  @Test
  void noDocumentNamesAVariableThatIsNotThere() throws IOException {
    var known =
        Arrays.stream(Setting.values())
            .flatMap(
                it ->
                    it.isSecret()
                        ? List.of(it.environment(), it.environmentFile()).stream()
                        : List.of(it.environment()).stream())
            .collect(Collectors.toSet());
    known.add("ROLLCALL_JAVA_OPTS");
    known.add("ROLLCALL_TEST_POSTGRES");
    for (var document : documents()) {
      var named =
          VARIABLE.matcher(Files.readString(document)).results().map(it -> it.group()).toList();
      assertEquals(Set.of(), without(named, known), document.toString());
    }
  }

  @Test
  void everyCommandLineInADocumentIsOneOfTheProgram() throws IOException {
    var help = help();
    var commands =
        List.of(
            "serve",
            "app create",
            "app list",
            "app rotate-key",
            "provider set",
            "provider list",
            "provider remove",
            "provider vapid",
            "export",
            "import",
            "migrate",
            "help",
            "version");
    var flags = FLAG.matcher(help).results().map(it -> it.group()).collect(Collectors.toSet());
    for (var document : documents()) {
      for (var command : COMMAND.matcher(Files.readString(document)).results().toList()) {
        var name = command.group(1);
        assertTrue(commands.contains(name), document + " has './rollcall " + name + "'");
        var used = FLAG.matcher(command.group(2)).results().map(it -> it.group()).toList();
        assertEquals(Set.of(), without(used, flags), document + ": " + command.group());
      }
    }
  }

  private static Set<String> without(List<String> all, Set<String> known) {
    return all.stream().filter(it -> !known.contains(it)).collect(Collectors.toSet());
  }

  @Test
  void everyLinkToAFileLeadsToOne() throws IOException {
    for (var document : documents()) {
      for (var link : LINK.matcher(Files.readString(document)).results().toList()) {
        var target = link.group(1);
        if (!target.startsWith("http")) {
          assertTrue(
              Files.exists(document.resolveSibling(target)), document + " links to " + target);
        }
      }
    }
  }

  @Test
  void theReadmeStartsTheServerAndRunsTheTests() throws IOException {
    var readme = Files.readString(ROOT.resolve("README.md"));
    assertTrue(readme.contains("./rollcall serve"));
    assertTrue(readme.contains("mvn verify"));
  }

  @Test
  void noDocumentHoldsAKeyThatLooksReal() throws IOException {
    for (var document : documents()) {
      assertFalse(
          Pattern.compile("\\b[0-9a-f]{40}\\b").matcher(Files.readString(document)).find(),
          document.toString());
    }
  }
}
