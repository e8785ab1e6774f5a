package dev.rollcall.start;

import dev.rollcall.config.Config;
import dev.rollcall.egress.EndpointException;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.egress.NameLookups;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.apns.ApnsVendor;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.provider.fcm.FcmVendor;
import dev.rollcall.provider.sender.Backoff;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.provider.sender.Vendor;
import dev.rollcall.provider.webpush.WebPushVendor;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The external servers that Rollcall may call: the providers, the push services, and the receivers
/// of webhooks.
///
/// All are called through `proxy` if there is one. No request can change them. `lookups` is called once for each start. `tls` replaces the JDK's
/// trusted certificates.
public record OutboundServices(
    FcmEndpoint fcm,
    ApnsEndpoint apns,
    Config.PushServices pushServices,
    Set<String> internalReceivers,
    Function<Clock, NameLookups> lookups,
    @Nullable SSLContext tls,
    OutwardProxy proxy) {

  public OutboundServices(
      FcmEndpoint fcm,
      ApnsEndpoint apns,
      Config.PushServices pushServices,
      Set<String> internalReceivers,
      Function<Clock, NameLookups> lookups,
      @Nullable SSLContext tls) {
    this(fcm, apns, pushServices, internalReceivers, lookups, tls, OutwardProxy.NONE);
  }

  public static OutboundServices real(
      Config.PushServices pushServices, Set<String> internalReceivers, OutwardProxy proxy) {
    return new OutboundServices(
        FcmEndpoint.GOOGLE,
        ApnsEndpoint.APPLE,
        pushServices,
        internalReceivers,
        OutboundServices::dns,
        null,
        proxy);
  }

  public static NameLookups dns(Clock clock) {
    return new NameLookups(InetAddress::getAllByName, clock);
  }

  public EndpointGuard webPush(NameLookups lookups) {
    return new EndpointGuard(pushServices.allowed(), pushServices.internal(), proxy, lookups);
  }

  public EndpointGuard webhooks(NameLookups lookups) {
    return new EndpointGuard(Set.of(), internalReceivers, proxy, lookups);
  }

  /// Refuses a subscription whose endpoint must not be called.
  public static void require(EndpointGuard webPush, String endpoint) {
    try {
      webPush.register(endpoint);
    } catch (EndpointException e) {
      throw Problem.badField(
          "webPush.endpoint", "webPush.endpoint is not accepted: " + e.getMessage());
    }
  }

  public List<Vendor> vendors(EndpointGuard webPush, Clock clock) {
    var backoff = new Backoff(clock, RandomGenerator.getDefault());
    return Arrays.stream(ProviderType.values())
        .map(it -> vendor(it, webPush, clock, backoff))
        .toList();
  }

  private Vendor vendor(ProviderType type, EndpointGuard webPush, Clock clock, Backoff backoff) {
    return switch (type) {
      case FCM -> new FcmVendor(fcm.through(proxy), clock, backoff);
      case APNS -> new ApnsVendor(apns.through(proxy), clock, backoff);
      case WEB_PUSH -> new WebPushVendor(webPush, tls, clock, backoff);
    };
  }
}
