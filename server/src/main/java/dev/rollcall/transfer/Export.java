package dev.rollcall.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/// Writes an export, one row a line, as a consistent snapshot.
public final class Export {
  private final TransferStore store;
  private final Clock clock;
  private final Progress progress;

  public Export(TransferStore store, Clock clock, Progress progress) {
    this.store = store;
    this.clock = clock;
    this.progress = progress;
  }

  /// Writes all apps, or only one.
  public void write(Optional<String> appId, OutputStream out) throws IOException {
    appId.ifPresent(store::requireApp);
    var counts = new Counts();
    write(out, new Line.Start(Line.VERSION, clock.millis()));
    try {
      store.read(
          appId,
          row -> {
            write(out, row);
            counts.add(row);
            progress.at("export: %,d lines", counts.total());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    write(out, new Line.End(counts.byKind()));
    out.flush();
    progress.print("export: done, %s", counts);
  }

  private static void write(OutputStream out, Line line) {
    try {
      out.write(TransferJson.MAPPER.writeValueAsString(line).getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
