package dev.rollcall.fake;

import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.egress.ProxyAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The settings for a `FakeProxy`.
public final class Proxies {
  private static final Duration LONG = Duration.ofSeconds(30);

  private Proxies() {}

  public static OutwardProxy to(FakeProxy proxy, String... except) {
    return to(proxy, LONG, except);
  }

  public static OutwardProxy to(FakeProxy proxy, Duration timeout, String... except) {
    var address = new ProxyAddress("localhost", proxy.port(), Optional.empty());
    return new OutwardProxy(address, Set.of(except), timeout);
  }

  /// With a user and password as they stand in the setting.
  public static OutwardProxy as(String login, FakeProxy proxy) {
    var address = ProxyAddress.parse("http://" + login + "@localhost:" + proxy.port());
    return new OutwardProxy(address, Set.of(), LONG);
  }
}
