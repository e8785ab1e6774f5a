package dev.rollcall.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;

/// Connections of Apache's client in which an address that the resolver leaves unresolved is
/// reached through the outward proxy.
///
/// The client's own proxy support would return the proxy's refusal of a tunnel as if the server had
/// answered.
final class TunnelConnections extends PoolingHttpClientConnectionManagerBuilder {
  private final OutwardProxy proxy;

  TunnelConnections(OutwardProxy proxy) {
    this.proxy = proxy;
  }

  /// Connections to hosts that no stranger can choose: their addresses are not checked.
  static PoolingHttpClientConnectionManagerBuilder unguarded(OutwardProxy proxy) {
    return new TunnelConnections(proxy).setDnsResolver(new Unguarded(proxy));
  }

  private record Unguarded(OutwardProxy proxy) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      return proxy.serves(host)
          ? List.of(InetSocketAddress.createUnresolved(host, port))
          : SystemDefaultDnsResolver.INSTANCE.resolve(host, port);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return SystemDefaultDnsResolver.INSTANCE.resolve(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    return new DefaultHttpClientConnectionOperator(
        socksProxy -> new TunnelSocket(proxy),
        ports,
        names,
        RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
  }
}
