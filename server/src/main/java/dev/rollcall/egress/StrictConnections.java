package dev.rollcall.egress;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Reads as the answer to a request only bytes that arrive after it, and limits the length of the
/// head.
///
/// A server or a proxy may send unrequested bytes on an idle connection, for example a 408 before
/// it closes the connection. Without this check, they would be read as the answer to the next push,
/// which belongs to another user.
final class StrictConnections extends HttpRequestExecutor {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_HEADERS = 200;

  /// Unrequested bytes have arrived earlier, so the check need not wait.
  private static final Timeout NO_WAIT = Timeout.ofMilliseconds(1);

  /// Bytes arrived on a connection before a request was sent on it.
  static final class UnrequestedBytesException extends IOException {
    private static final long serialVersionUID = 1L;

    UnrequestedBytesException() {
      super("the server sent bytes before the request");
    }
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback informed,
      HttpContext context)
      throws IOException, HttpException {
    boolean used = connection.getEndpointDetails().getRequestCount() > 0;
    if (used && connection.isDataAvailable(NO_WAIT)) {
      throw new UnrequestedBytesException();
    }
    return super.execute(request, connection, informed, context);
  }

  static ManagedHttpClientConnectionFactory factory() {
    return ManagedHttpClientConnectionFactory.builder()
        .http1Config(Http1Config.custom().setMaxHeaderCount(MAX_HEADERS).build())
        .responseParserFactory(LimitedHeadParser::new)
        .build();
  }

  private static final class LimitedHeadParser extends DefaultHttpResponseParser {
    LimitedHeadParser(Http1Config config) {
      super(config);
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
        throws IOException, HttpException {
      return super.parse(buffer, new LimitedHeadStream(in));
    }
  }

  /// Limits the head of an answer. Without it, one long head, or many medium ones at the same time,
  /// could fill the memory.
  private static final class LimitedHeadStream extends FilterInputStream {
    private int left = MAX_HEAD_BYTES;

    LimitedHeadStream(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("the head of the answer is longer than " + MAX_HEAD_BYTES + " bytes");
      }
      int read = super.read(bytes, offset, length);
      left -= read;
      return read;
    }
  }
}
