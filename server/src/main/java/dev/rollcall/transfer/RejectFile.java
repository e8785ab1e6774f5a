package dev.rollcall.transfer;

import dev.rollcall.transfer.TransferStore.Reject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The file with the records that were not imported and the reasons; it exists only if there are
/// any.
public final class RejectFile {
  private final Path file;

  public RejectFile(Path file) {
    this.file = file;
  }

  public Path path() {
    return file;
  }

  void startOver() throws IOException {
    Files.deleteIfExists(file);
  }

  /// Keeps the first `kept` lines of an interrupted import, and adds `last`, which may be missing.
  void resume(long kept, List<Reject> last) throws IOException {
    if (!Files.exists(file)) {
      append(last);
      return;
    }
    var part = file.resolveSibling(file.getFileName() + ".part");
    // After a power cut the file may end within a character, so it is copied byte by byte.
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1);
        var out = Channels.newOutputStream(PrivateFile.create(part))) {
      for (var line : (Iterable<String>) lines.limit(kept)::iterator) {
        out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    append(last);
  }

  void append(List<Reject> rejects) throws IOException {
    if (rejects.isEmpty()) {
      return;
    }
    try (var channel = open()) {
      OutputStream out = Channels.newOutputStream(channel);
      for (var reject : rejects) {
        out.write(TransferJson.MAPPER.writeValueAsBytes(reject));
        out.write('\n');
      }
      channel.force(true);
    }
  }

  private FileChannel open() throws IOException {
    return Files.exists(file)
        ? FileChannel.open(file, StandardOpenOption.APPEND)
        : PrivateFile.create(file);
  }
}
