package dev.rollcall;

import dev.rollcall.apns.ApnsEndpoint;
import dev.rollcall.apns.ApnsVendor;
import dev.rollcall.delivery.Backoff;
import dev.rollcall.delivery.Vendor;
import dev.rollcall.fcm.FcmEndpoint;
import dev.rollcall.fcm.FcmVendor;
import dev.rollcall.outward.EndpointException;
import dev.rollcall.outward.EndpointGuard;
import dev.rollcall.problem.Problem;
import dev.rollcall.webpush.WebPushVendor;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where push services are, and which hosts strangers may have us call. No request has a say in
/// that. `tls` is whom to trust there, if not the JDK's list.
record Outside(
    FcmEndpoint fcm,
    ApnsEndpoint apns,
    EndpointGuard webPush,
    EndpointGuard webhooks,
    @Nullable SSLContext tls) {

  static Outside real(Config.PushServices webPush, Set<String> receivers) {
    return new Outside(
        FcmEndpoint.GOOGLE,
        ApnsEndpoint.APPLE,
        new EndpointGuard(webPush.allowed(), webPush.internal(), InetAddress::getAllByName),
        new EndpointGuard(Set.of(), receivers, InetAddress::getAllByName),
        null);
  }

  /// Refuses the endpoint of a subscription that must not be called.
  void require(String endpoint) {
    try {
      webPush.register(endpoint);
    } catch (EndpointException e) {
      throw Problem.badField(
          "webPush.endpoint", "webPush.endpoint cannot be taken: " + e.getMessage());
    }
  }

  List<Vendor> vendors(Clock clock) {
    var backoff = new Backoff(clock, RandomGenerator.getDefault());
    return List.of(
        new FcmVendor(fcm, clock, backoff),
        new ApnsVendor(apns, clock, backoff),
        new WebPushVendor(webPush, tls, clock, backoff));
  }
}
