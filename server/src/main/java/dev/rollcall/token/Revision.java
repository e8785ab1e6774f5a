package dev.rollcall.token;

import dev.rollcall.account.Hash;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;

/// A short name for what a session holds, so that a client can tell whether that is still what it
/// registered. Refreshing a push token keeps it; any other change does not.
public record Revision(String text) {
  private static final int BYTES = 16;

  /// Empty when the session holds nothing.
  public static Optional<Revision> of(Collection<PushToken> ofSession) {
    if (ofSession.isEmpty()) {
      return Optional.empty();
    }
    var lines =
        ofSession.stream()
            .sorted(Comparator.comparing(PushToken::channel))
            .map(it -> it.channel().word() + " " + it.createdAt() + " " + it.value().text())
            .collect(Collectors.joining("\n"));
    var hash = Arrays.copyOf(Hash.of(lines), BYTES);
    return Optional.of(new Revision(HexFormat.of().formatHex(hash)));
  }
}
