package dev.rollcall.provider.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import dev.rollcall.egress.TrustedClient;
import dev.rollcall.egress.TrustedClient.Field;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries the requests of Google's library with our client.
final class GoogleTransport extends HttpTransport {
  private final TrustedClient client;

  GoogleTransport(TrustedClient client) {
    this.client = client;
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new Request(method, URI.create(url));
  }

  private final class Request extends LowLevelHttpRequest {
    private final String method;
    private final URI uri;
    private final List<Field> headers = new ArrayList<>();

    Request(String method, URI uri) {
      this.method = method;
      this.uri = uri;
    }

    @Override
    public void addHeader(String name, String value) {
      headers.add(new Field(name, value));
    }

    @Override
    public LowLevelHttpResponse execute() throws IOException {
      var body = new ByteArrayOutputStream();
      if (getStreamingContent() != null) {
        addUnlessNull("content-type", getContentType());
        addUnlessNull("content-encoding", getContentEncoding());
        getStreamingContent().writeTo(body);
      }
      return new Response(
          client.send(new TrustedClient.Request(method, uri, headers, body.toByteArray())));
    }

    private void addUnlessNull(String name, @Nullable String value) {
      if (value != null) {
        addHeader(name, value);
      }
    }
  }

  private static final class Response extends LowLevelHttpResponse {
    private final TrustedClient.Answer answer;

    Response(TrustedClient.Answer answer) {
      this.answer = answer;
    }

    @Override
    public InputStream getContent() {
      return new ByteArrayInputStream(answer.body());
    }

    @Override
    public @Nullable String getContentEncoding() {
      return value("content-encoding");
    }

    @Override
    public long getContentLength() {
      return answer.body().length;
    }

    @Override
    public @Nullable String getContentType() {
      return value("content-type");
    }

    private @Nullable String value(String name) {
      return answer.headers().stream()
          .filter(it -> it.name().equalsIgnoreCase(name))
          .findFirst()
          .map(Field::value)
          .orElse(null);
    }

    @Override
    public String getStatusLine() {
      return "HTTP/1.1 " + answer.status() + " " + answer.phrase();
    }

    @Override
    public int getStatusCode() {
      return answer.status();
    }

    @Override
    public String getReasonPhrase() {
      return answer.phrase();
    }

    @Override
    public int getHeaderCount() {
      return answer.headers().size();
    }

    @Override
    public String getHeaderName(int index) {
      return answer.headers().get(index).name();
    }

    @Override
    public String getHeaderValue(int index) {
      return answer.headers().get(index).value();
    }
  }
}
