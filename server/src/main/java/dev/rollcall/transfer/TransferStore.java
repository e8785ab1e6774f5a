package dev.rollcall.transfer;

import dev.rollcall.token.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// What export and import ask of a database.
public interface TransferStore {

  /// A record where it stands in its file, or why it cannot be read.
  record Entry(long line, String text, Read read) {
    /// What a file of rejects shows of it; enough to find and mend it.
    static final int SHOWN = 10_000;

    public Reject rejected(Refused why) {
      var shown = text.substring(0, Math.min(SHOWN, text.length()));
      return new Reject(line, why.code(), why.reason(), shown);
    }

    @Override
    public String toString() {
      return "Entry[line " + line + "]";
    }
  }

  /// What a line of a file turned out to be.
  sealed interface Read {
    record Fit(Arrival arrival) implements Read {}

    record Unfit(Refused why) implements Read {}
  }

  /// A record that was not taken over, with the reason.
  record Reject(long line, String code, String reason, String record) {
    @Override
    public String toString() {
      return "Reject[line " + line + ": " + code + "]";
    }
  }

  /// What became of a batch; `present` was there already.
  record Taken(int imported, int present, List<Reject> rejects) {}

  /// What holds for records that are taken over: the rules of a registration, and how long a token
  /// is kept that is not registered again.
  record Rules(Registration registration, Duration removal) {}

  boolean hasApp(String appId);

  default void requireApp(String appId) {
    if (!hasApp(appId)) {
      throw new TransferException(
          "There is no app '" + appId + "'; './rollcall app list' shows them");
    }
  }

  /// Reads every row, or those of one app, as they are at one moment.
  void read(Optional<String> appId, Consumer<Line.Row> to);

  /// What `take` last noted of this source; empty where nothing was begun.
  Optional<String> begin(String source);

  /// Takes the batch over, and notes what `note` makes of the result, both or neither.
  Taken take(
      String source, List<Entry> batch, Rules rules, Function<Taken, String> note, Instant now);

  /// The database that is moving in here, if a move has begun and not ended.
  Optional<String> movingIn();

  /// Forgets what was noted of this source.
  void finish(String source);
}
