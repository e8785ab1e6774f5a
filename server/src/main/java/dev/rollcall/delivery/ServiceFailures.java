package dev.rollcall.delivery;

import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.token.TokenId;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the failures of each service that this node sends to, and decides when a service has to
/// pause.
final class ServiceFailures {
  /// Clients choose the hosts of Web Push. To bound the memory, services without recent outcomes
  /// are removed above this number.
  private static final int SERVICES = 1_000;

  /// A provider with its current credentials, or one service of it.
  private record Key(long provider, long version, Optional<String> service) {}

  private final Clock clock;
  private final Map<Key, FailureShare> shares = new ConcurrentHashMap<>();

  ServiceFailures(Clock clock) {
    this.clock = clock;
  }

  /// Counts the outcome of a send to `token`. Returns true if the service has to pause because of
  /// it.
  boolean callForPause(
      long provider, long version, Optional<String> service, TokenId token, Outcome outcome) {
    var share = share(new Key(provider, version, service));
    return switch (outcome) {
      case Outcome.Later later ->
          switch (later.scope()) {
            case DELIVERY -> false;
            case IF_MOST_FAIL -> share.failed(token, clock.instant());
            case ENVIRONMENT, PROVIDER -> true;
          };
      case Outcome.Denied(var pause, var reason) -> pause != PauseScope.DELIVERY;
      case Outcome.Accepted accepted -> succeeded(share, token);
      case Outcome.Gone gone -> succeeded(share, token);
      case Outcome.Suspect suspect -> succeeded(share, token);
      case Outcome.Refused refused -> succeeded(share, token);
    };
  }

  // The service works, whatever it says about the token.
  private boolean succeeded(FailureShare share, TokenId token) {
    share.succeeded(token, clock.instant());
    return false;
  }

  private FailureShare share(Key key) {
    if (shares.size() > SERVICES) {
      shares.values().removeIf(share -> share.isEmptyAt(clock.instant()));
    }
    return shares.computeIfAbsent(key, none -> new FailureShare());
  }
}
