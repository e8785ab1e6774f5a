package dev.rollcall.egress;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// The HTTP client for a server that no stranger can choose, through the outward proxy if there is
/// one. It is for rare requests: each has a connection of its own.
public final class TrustedClient {
  private static final Timeout CONNECT = Timeout.ofSeconds(5);
  private static final Timeout ANSWER = Timeout.ofSeconds(20);
  private static final int LONGEST_BODY = 64 * 1024;

  /// A header of a request or an answer.
  public record Field(String name, String value) {}

  public record Request(String method, URI uri, List<Field> headers, byte[] body) {}

  /// An answer that was read completely. A body beyond the limit is cut off.
  public record Answer(int status, String phrase, List<Field> headers, byte[] body) {}

  private final OutwardProxy proxy;
  private final @Nullable SSLContext tls;

  /// `tls` replaces the JDK's default trust if it is not null.
  public TrustedClient(OutwardProxy proxy, @Nullable SSLContext tls) {
    this.proxy = proxy;
    this.tls = tls;
  }

  public Answer send(Request request) throws IOException {
    var http = new HttpUriRequestBase(request.method(), request.uri());
    request.headers().forEach(it -> http.addHeader(it.name(), it.value()));
    if (request.body().length > 0) {
      http.setEntity(new ByteArrayEntity(request.body(), null));
    }
    try (var client = client()) {
      return client.execute(http, TrustedClient::answer);
    }
  }

  private CloseableHttpClient client() {
    var strategy =
        new DefaultClientTlsStrategy(
            tls == null ? SSLContexts.createDefault() : tls,
            HostnameVerificationPolicy.BUILTIN,
            null);
    var connections =
        TunnelConnections.unguarded(proxy)
            .setTlsSocketStrategy(strategy)
            .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(CONNECT).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(CONNECT)
                    .setSocketTimeout(ANSWER)
                    .build())
            .build();
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(ANSWER)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableAuthCaching()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .build();
  }

  private static Answer answer(ClassicHttpResponse response) throws IOException {
    var entity = response.getEntity();
    return new Answer(
        response.getCode(),
        String.valueOf(response.getReasonPhrase()),
        Arrays.stream(response.getHeaders())
            .map(it -> new Field(it.getName(), String.valueOf(it.getValue())))
            .toList(),
        entity == null ? new byte[0] : entity.getContent().readNBytes(LONGEST_BODY));
  }
}
