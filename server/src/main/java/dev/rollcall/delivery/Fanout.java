package dev.rollcall.delivery;

import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.ProviderId;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Chooses the token and the provider for each phone of a user.
///
/// Each session counts as one phone. Consecutive sessions with the same device key count as the
/// same phone. A phone gets a message once, through the best channel for which the app has a
/// provider.
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

  private static final long DAY = Duration.ofDays(1).toMillis();

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
    var channels = channels(kind);
    var fit =
        tokens.stream()
            .filter(token -> channels.contains(token.channel()) && !token.value().isTestToken())
            .map(token -> new Choice(token, providerFor(token, providers)))
            .toList();
    var sessions = new LinkedHashMap<Long, List<Choice>>();
    for (var choice : fit) {
      if (fit.stream().noneMatch(other -> outlives(other, choice))) {
        sessions.computeIfAbsent(choice.token().sessionId(), id -> new ArrayList<>()).add(choice);
      }
    }
    return sessions.values().stream().map(all -> best(all, channels)).toList();
  }

  private static Choice best(List<Choice> ofSession, List<Channel> channels) {
    return ofSession.stream()
        .min(
            Comparator.comparing((Choice choice) -> choice.provider().isEmpty())
                .thenComparingInt(choice -> channels.indexOf(choice.token().channel())))
        .orElseThrow();
  }

  /// True if the phone of `old` now uses `other`, so that nothing is sent to `old`.
  ///
  /// That is the case if the phone did not register `old` again after it first registered `other`.
  /// Otherwise there are two phones, or one app that uses both tokens.
  private static boolean outlives(Choice other, Choice old) {
    boolean sendable = other.provider().isPresent();
    if (sendable != old.provider().isPresent()) {
      // Of two tokens of one phone, the one for which the app has a provider is used.
      return sendable
          && (followed(other.token(), old.token()) || followed(old.token(), other.token()));
    }
    return other.token().sessionId() == old.token().sessionId()
        ? replacedChannel(other.token(), old.token())
        : followed(other.token(), old.token());
  }

  /// True if the app of this session has moved from the channel of `old` to the channel of `other`:
  /// an app registers all its tokens at each start, and `old` was not registered for a day. A VoIP
  /// token is never replaced this way, because only calls use it.
  private static boolean replacedChannel(PushToken other, PushToken old) {
    return old.channel().takesAlerts() && other.createdAt() > old.registeredAt() + DAY;
  }

  /// True if `other` belongs to a later session on the same phone.
  private static boolean followed(PushToken other, PushToken old) {
    var key = old.installation().keyHash();
    return key != null
        && key.equals(other.installation().keyHash())
        && other.sessionId() > old.sessionId()
        && other.createdAt() >= old.registeredAt();
  }

  /// The provider for a token. If the app has only one provider of the type, it is used whatever id
  /// the token names, because released apps name ids that only their former server knew. If it has
  /// several, the one that the token names is used. A token without a provider id gets the one
  /// called `default`, or otherwise the one that was set first.
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

  /// True if a token names a provider that is not set, while the app has several others of the
  /// type. Then nothing is sent to the token until an operator sets that provider or an alias.
  public static boolean namesUnsetProvider(
      Channel channel, String providerId, List<ProviderRef> providers) {
    return providers.stream().anyMatch(provider -> provider.type().reaches(channel))
        && providerFor(channel, providerId, providers).isEmpty();
  }
}
