package dev.rollcall.delivery;

import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Chooses the token and the provider for each session of a user.
///
/// A session is one device and gets a message once: through the best channel for which the app has
/// a provider.
public final class Fanout {

  /// The data of a provider that the choice needs.
  public record ProviderRef(long number, String id, ProviderType type) {}

  /// The chosen token; `provider` is empty if the app has none for it.
  public record Choice(PushToken token, Optional<ProviderRef> provider) {}

  private Fanout() {}

  /// The channels that accept such a message, the best first.
  static List<Channel> channels(Kind kind) {
    return Arrays.stream(Channel.values())
        .filter(channel -> takes(channel, kind))
        .sorted(Comparator.comparingInt(Channel::rank))
        .toList();
  }

  private static boolean takes(Channel channel, Kind kind) {
    return switch (kind) {
      case VOIP -> channel.takesCalls();
      case ALERT, BACKGROUND -> channel.takesAlerts();
    };
  }

  public static List<Choice> choose(
      Kind kind, List<PushToken> tokens, List<ProviderRef> providers) {
    var sessions = new LinkedHashMap<Long, List<PushToken>>();
    for (var token : tokens) {
      sessions.computeIfAbsent(token.sessionId(), id -> new ArrayList<>()).add(token);
    }
    return sessions.values().stream()
        .flatMap(all -> ofSession(kind, all, providers).stream())
        .toList();
  }

  private static Optional<Choice> ofSession(
      Kind kind, List<PushToken> tokens, List<ProviderRef> providers) {
    var fit =
        channels(kind).stream()
            .flatMap(channel -> tokens.stream().filter(token -> token.channel() == channel))
            .filter(token -> !token.value().isStandIn())
            .map(token -> new Choice(token, providerFor(token, providers)))
            .toList();
    return fit.stream()
        .filter(choice -> choice.provider().isPresent())
        .findFirst()
        .or(() -> fit.stream().findFirst());
  }

  /// The provider that the token names; a token that names none gets the app's first provider of
  /// its type.
  public static Optional<ProviderRef> providerFor(PushToken token, List<ProviderRef> providers) {
    var able =
        providers.stream().filter(provider -> provider.type().reaches(token.channel())).toList();
    return able.stream()
        .filter(provider -> provider.id().equals(token.providerId()))
        .findFirst()
        .or(
            () ->
                token.providerId().equals(NewToken.DEFAULT_PROVIDER)
                    ? able.stream().findFirst()
                    : Optional.empty());
  }
}
