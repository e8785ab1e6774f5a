package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.provider.sender.ApnsEnvironment;
import java.security.cert.X509Certificate;
import java.util.List;

/// The hosts and ports of APNs. `trusted` replaces the JDK's trusted certificates if it is not
/// empty.
public record ApnsEndpoint(
    String production,
    int port,
    String sandbox,
    int sandboxPort,
    List<X509Certificate> trusted,
    OutwardProxy proxy) {
  public static final ApnsEndpoint APPLE =
      new ApnsEndpoint(
          ApnsClientBuilder.PRODUCTION_APNS_HOST,
          ApnsClientBuilder.DEFAULT_APNS_PORT,
          ApnsClientBuilder.DEVELOPMENT_APNS_HOST,
          ApnsClientBuilder.DEFAULT_APNS_PORT,
          List.of());

  public ApnsEndpoint(
      String production, int port, String sandbox, int sandboxPort, List<X509Certificate> trusted) {
    this(production, port, sandbox, sandboxPort, trusted, OutwardProxy.NONE);
  }

  public ApnsEndpoint through(OutwardProxy proxy) {
    return new ApnsEndpoint(production, port, sandbox, sandboxPort, trusted, proxy);
  }

  int port(ApnsEnvironment environment) {
    return switch (environment) {
      case PRODUCTION -> port;
      case SANDBOX -> sandboxPort;
    };
  }

  String host(ApnsEnvironment environment) {
    return switch (environment) {
      case PRODUCTION -> production;
      case SANDBOX -> sandbox;
    };
  }
}
