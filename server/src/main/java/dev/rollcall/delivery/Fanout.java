package dev.rollcall.delivery;

import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.ProviderId;
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

  /// The data of a provider that the choice needs; `id` and `aliases` are in their normal form.
  public record ProviderRef(long number, String id, List<String> aliases, ProviderType type) {
    public static ProviderRef of(long number, String id, List<String> aliases, ProviderType type) {
      return new ProviderRef(
          number, ProviderId.normal(id), aliases.stream().map(ProviderId::normal).toList(), type);
    }
  }

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

  /// The provider for a token. The app's only provider of the type is used whatever id the token
  /// names, because shipped apps name ids that only their former server knew. Of several, the one
  /// that the token names is used. A token that names none gets the one called `default`, or else
  /// the one that was set first.
  public static Optional<ProviderRef> providerFor(PushToken token, List<ProviderRef> providers) {
    return providerFor(token.channel(), token.providerId(), providers);
  }

  /// `providers` are in the order in which they were set.
  public static Optional<ProviderRef> providerFor(
      Channel channel, String providerId, List<ProviderRef> providers) {
    var able = providers.stream().filter(provider -> provider.type().reaches(channel)).toList();
    if (able.size() <= 1) {
      return able.stream().findFirst();
    }
    var name = ProviderId.normal(providerId);
    return able.stream()
        .filter(provider -> provider.id().equals(name))
        .findFirst()
        .or(() -> able.stream().filter(it -> it.aliases().contains(name)).findFirst())
        .or(() -> namesNone(name) ? able.stream().findFirst() : Optional.empty());
  }

  private static boolean namesNone(String name) {
    return name.isEmpty() || name.equals(NewToken.DEFAULT_PROVIDER);
  }

  /// Whether a token names a provider that is not set although the app has others of the type, so
  /// that nothing is sent to the token until an operator sets it or an alias.
  public static boolean namesUnsetProvider(
      Channel channel, String providerId, List<ProviderRef> providers) {
    return providers.stream().anyMatch(provider -> provider.type().reaches(channel))
        && providerFor(channel, providerId, providers).isEmpty();
  }
}
