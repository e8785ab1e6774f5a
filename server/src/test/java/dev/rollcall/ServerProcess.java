package dev.rollcall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `rollcall serve` in a JVM of its own, on free ports, which is gone when this is closed.
public final class ServerProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 90;
  private static final String HTTP = "HTTP  http://localhost:";
  private static final String HTTPS = "HTTPS https://localhost:";

  // They make a short life cheap.
  private static final List<String> CHEAP =
      List.of(
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED");

  private final Process process;
  private final Path log;

  @SuppressWarnings("JdkObsolete") // Two threads use it.
  private final StringBuffer out = new StringBuffer();

  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private int httpPort;
  private int httpsPort;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Thread.ofVirtual().start(this::read);
  }

  /// Starts a server on the folder and returns when it says where it is.
  static ServerProcess start(Path data, String... flags) throws IOException {
    return start(Map.of(), data, flags);
  }

  static ServerProcess start(Map<String, String> environment, Path data, String... flags)
      throws IOException {
    return startWith(List.of("dev.rollcall.cli.Main", "serve"), environment, data, flags);
  }

  /// Starts a server with the JVM flags of the launcher, heap included.
  static ServerProcess startAsShipped(Path data, String... flags) throws IOException {
    return startWith(
        shippedFlags(), List.of("dev.rollcall.cli.Main", "serve"), Map.of(), data, flags);
  }

  private static List<String> shippedFlags() throws IOException {
    var launcher = Files.readString(Path.of("../rollcall"));
    var list = launcher.substring(launcher.indexOf("jvm_flags=(") + "jvm_flags=(".length());
    var flags = new ArrayList<String>();
    list.substring(0, list.indexOf("\n)"))
        .lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && !line.isEmpty())
        .forEach(line -> flags.addAll(List.of(line.replace("'", "").split(" "))));
    flags.add("-XX:+UseSerialGC");
    return flags;
  }

  /// Starts something that serves like `rollcall serve`: a class with its first arguments.
  static ServerProcess startWith(
      List<String> program, Map<String, String> environment, Path data, String... flags)
      throws IOException {
    return startWith(CHEAP, program, environment, data, flags);
  }

  private static ServerProcess startWith(
      List<String> jvmFlags,
      List<String> program,
      Map<String, String> environment,
      Path data,
      String... flags)
      throws IOException {
    var arguments = new ArrayList<>(program);
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of("--http-port=0", "--https-port=0", "--bind=localhost"));
    arguments.addAll(List.of(flags));
    var log = Files.createTempFile("rollcall-test", ".log");
    var server = new ServerProcess(launch(jvmFlags, environment, log, arguments), log);
    try {
      server.ready.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return server;
    } catch (ExecutionException | TimeoutException e) {
      var told = server.log();
      server.close();
      throw new AssertionError("the server did not start; its log:\n" + told, e);
    } catch (InterruptedException e) {
      server.close();
      throw new AssertionError(e);
    }
  }

  /// What a command that ends by itself left behind.
  public record Ended(int code, String out, String err) {}

  public static Ended run(Map<String, String> environment, String... arguments) throws IOException {
    var log = Files.createTempFile("rollcall-test", ".log");
    var process = launch(CHEAP, environment, log, command(arguments));
    try {
      process.getOutputStream().close();
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(end(process), out, Files.readString(log));
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }

  /// A command that is under way, and writes what it has to say to the log.
  static Process begin(Path log, String... arguments) throws IOException {
    return launch(CHEAP, Map.of(), log, command(arguments));
  }

  private static List<String> command(String... arguments) {
    var all = new ArrayList<>(List.of("dev.rollcall.cli.Main"));
    all.addAll(List.of(arguments));
    return all;
  }

  // On the class path of this test run.
  private static Process launch(
      List<String> jvmFlags, Map<String, String> environment, Path log, List<String> arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("ROLLCALL_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        out.append(line).append('\n');
        if (line.startsWith(HTTP)) {
          httpPort = Integer.parseInt(line.substring(HTTP.length()));
        } else if (line.startsWith(HTTPS)) {
          httpsPort = Integer.parseInt(line.substring(HTTPS.length()));
          ready.complete(null);
        }
      }
      ready.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  int httpPort() {
    return httpPort;
  }

  int httpsPort() {
    return httpsPort;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// What it has printed so far.
  String out() {
    return out.toString();
  }

  /// What it has logged so far.
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Log lines that hold a text.
  List<String> logged(String text) {
    return Arrays.stream(log().split("\n")).filter(line -> line.contains(text)).toList();
  }

  /// Writes a line to its standard input.
  void writeLine(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /// SIGKILL: nothing of the program runs any more.
  void kill() {
    process.destroyForcibly();
    end(process);
  }

  /// SIGTERM, without waiting for what follows.
  void askToStop() {
    process.destroy();
  }

  /// SIGTERM; answers the exit code.
  int stop() {
    askToStop();
    return end(process);
  }

  private static int end(Process process) {
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the process does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    Files.deleteIfExists(log);
  }
}
