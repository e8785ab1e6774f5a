package dev.rollcall.token;

import dev.rollcall.account.Hash;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;

/// A short identifier of the tokens that a session holds. A client compares it with the one that it
/// remembers, to see whether it must register again.
///
/// Refreshing a token does not change the revision; any other change does.
public record Revision(String text) {
  private static final int BYTES = 16;

  /// Empty if the session holds no token.
  public static Optional<Revision> of(Collection<PushToken> ofSession) {
    if (ofSession.isEmpty()) {
      return Optional.empty();
    }
    var lines =
        ofSession.stream()
            .sorted(Comparator.comparing(PushToken::channel))
            .map(it -> it.channel().wireName() + " " + it.createdAt() + " " + it.value().text())
            .collect(Collectors.joining("\n"));
    var hash = Arrays.copyOf(Hash.of(lines), BYTES);
    return Optional.of(new Revision(HexFormat.of().formatHex(hash)));
  }
}
