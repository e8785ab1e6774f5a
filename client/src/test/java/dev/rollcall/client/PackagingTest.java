package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/// What an app ships with the SDK: little, for Java 11, and nothing of the server.
final class PackagingTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final int JAVA_11 = 55;
  private static final long TWO_MEGABYTES = 2_000_000;

  private static List<Path> classes() throws IOException {
    try (var files = Files.walk(CLASSES)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /// The jars that come with ours, as Maven tells.
  private static List<Path> dependencies() throws IOException {
    try (var in = PackagingTest.class.getResourceAsStream("/runtime-jars")) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
      return List.of(text.split(File.pathSeparator)).stream().map(Path::of).toList();
    }
  }

  @Test
  void everyClassIsForJava11() throws IOException {
    for (var file : classes()) {
      if (file.toString().endsWith(".class")) {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
          assertEquals(0xcafebabe, in.readInt());
          in.readUnsignedShort();
          assertEquals(JAVA_11, in.readUnsignedShort(), file.toString());
        }
      }
    }
  }

  @Test
  void everyClassIsInTheOnePackageOfTheClient() throws IOException {
    for (var file : classes()) {
      assertEquals(CLASSES.resolve("dev/rollcall/client"), file.getParent());
    }
  }

  @Test
  void theJarWithItsDependenciesIsUnderTwoMegabytes() throws IOException {
    long size = jar();
    for (var dependency : dependencies()) {
      size += Files.size(dependency);
    }
    assertTrue(size < TWO_MEGABYTES, size + " bytes");
  }

  private static long jar() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var file : classes()) {
        zip.putNextEntry(new ZipEntry(CLASSES.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    return bytes.size();
  }

  @Test
  void theVersionThatItTellsTheServerIsTheProjects() throws IOException {
    var pom = Files.readString(Path.of("pom.xml"));
    assertTrue(pom.contains("<version>" + RollcallClient.VERSION + "-SNAPSHOT</version>"));
  }

  @Test
  void nothingComesAlongButTheFewLibraries() throws IOException {
    var names =
        dependencies().stream()
            .map(it -> it.getFileName().toString().replaceAll("-[0-9.]+\\.jar", ""))
            .sorted()
            .toList();
    assertEquals(List.of("json-simple", "jspecify", "okhttp", "okio"), names);
  }

  @Test
  void noClassKnowsTheServerALogOrWhatAndroidLacks() throws IOException {
    for (var file : classes()) {
      var constants = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (var stranger :
          List.of(
              "dev/rollcall/account",
              "dev/rollcall/token",
              "java/net/http/",
              "org/slf4j",
              "java/util/logging")) {
        assertFalse(constants.contains(stranger), file + " knows " + stranger);
      }
    }
  }
}
