package dev.rollcall;

import dev.rollcall.cli.Flags;
import dev.rollcall.config.Config;
import dev.rollcall.config.Settings;
import dev.rollcall.provider.apns.ApnsEndpoint;
import dev.rollcall.provider.fcm.FcmEndpoint;
import dev.rollcall.start.OutboundServices;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/// `rollcall serve` with a double in place of Google, for tests that kill it. Each line of its
/// standard input moves its clock ahead by so many seconds.
final class DeliveryNode {

  private static final class Moved extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("times are instants here");
    }
  }

  private DeliveryNode() {}

  /// The double's address, the file with its certificate, and then the flags of `serve`.
  public static void main(String[] arguments) throws Exception {
    var google = URI.create(arguments[0]);
    var flags = List.of(arguments).subList(2, arguments.length);
    var config = Config.read(new Settings(Flags.read(flags), System.getenv()));
    var clock = new Moved();
    var server = Server.start(config, outside(google, Path.of(arguments[1])), clock);
    server.apps().createFirst(config.firstApp());
    System.out.println("HTTP  http://localhost:" + server.httpPort());
    System.out.println("HTTPS https://localhost:" + server.httpsPort());
    follow(clock, server);
  }

  private static OutboundServices outside(URI google, Path certificate)
      throws IOException, GeneralSecurityException {
    return new OutboundServices(
        new FcmEndpoint(google, google.resolve("/token"), TestCertificate.trusting(certificate)),
        ApnsEndpoint.APPLE,
        Config.PushServices.ANY,
        Set.of(),
        OutboundServices::dns,
        null);
  }

  private static void follow(Moved clock, Server server) throws IOException {
    try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        clock.ahead = clock.ahead.plusSeconds(Long.parseLong(line));
        server.courier().wake();
      }
    }
  }
}
