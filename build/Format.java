import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs google-java-format over every Java file of the project, in one process on the JDK that the
/// project compiles for, because the formatter reads Java with the compiler of the JDK it runs on.
///
/// The build calls it: `mvn verify` with `check`, `mvn -Pformat validate` with `replace`.
final class Format {
  private static final List<String> FOLDERS =
      List.of("server", "client", "bench", "examples", "build");
  private static final List<String> STYLE = List.of("--skip-javadoc-formatting");
  private static final List<String> CHECK = List.of("--dry-run", "--set-exit-if-changed");
  private static final List<String> REPLACE = List.of("--replace");

  public static void main(String[] args) throws Exception {
    var root = Path.of(args[1]);
    var check = args[0].equals("check");
    var command = new ArrayList<>(STYLE);
    command.addAll(check ? CHECK : REPLACE);
    for (var folder : FOLDERS) {
      command.addAll(javaFiles(root.resolve(folder)));
    }

    var out = new PrintWriter(System.out, true);
    var err = new PrintWriter(System.err, true);
    var status = new Main(out, err, System.in).format(command.toArray(String[]::new));
    if (status != 0 && check) {
      err.println("These files are not formatted. To format them: mvn -q -Pformat validate");
    }
    System.exit(status);
  }

  private static List<String> javaFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var paths = Files.walk(folder)) {
      return paths.map(Path::toString).filter(path -> path.endsWith(".java")).sorted().toList();
    }
  }
}
