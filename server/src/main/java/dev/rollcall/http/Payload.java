package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The body of one request.
///
/// It is read completely before the request is processed. So the connection stays in step with its
/// client whatever the answer is: the rest of a body can never be read as the next request. The
/// exception is a client that sends `Expect: 100-continue`: it may be waiting, and reading is what
/// tells it to go on. If such a body is never read, the connection cannot be used again.
final class Payload {
  static final int MAX = 64 * 1024;

  /// The limit of routes that accept large bodies. A longer body is not read to its end; the
  /// connection is closed instead.
  static final int LARGE = 1024 * 1024;

  private static final byte[] NONE = {};
  private static final int FIRST = 1024;

  /// The body could not be read to its end, so the connection cannot be used again.
  static final class BrokenPayloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    BrokenPayloadException(Problem problem, Exception cause) {
      super(cause);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  private final ServerRequest request;
  private final int most;
  private byte @Nullable [] bytes;

  /// A body that may have at most `most` bytes.
  Payload(ServerRequest request, int most) {
    this.request = request;
    this.most = most;
    if (!request.content().hasEntity()) {
      bytes = NONE;
    }
  }

  /// True if the client may be waiting until the server begins to read.
  boolean isAwaited() {
    return bytes == null && request.headers().containsToken(HeaderValues.EXPECT_100);
  }

  boolean isRead() {
    return bytes != null;
  }

  /// Reads the body at the first call. Throws a `Problem` if it is too long.
  byte[] read() {
    var read = bytes;
    if (read == null) {
      if (isAwaited() && request.headers().contentLength().orElse(0) > most) {
        throw tooLarge(most);
      }
      read = readWhole();
      bytes = read;
    }
    if (read.length > most) {
      throw tooLarge(most);
    }
    return read;
  }

  private byte[] readWhole() {
    try {
      var in = request.content().inputStream();
      var read = read(in, atMost());
      in.transferTo(OutputStream.nullOutputStream());
      return read;
    } catch (RequestException e) {
      throw new BrokenPayloadException(
          switch (e.status().code()) {
            case 413 -> tooLarge(most);
            case 503 -> overloaded();
            default -> unreadable();
          },
          e);
    } catch (IOException | RuntimeException e) {
      throw new BrokenPayloadException(unreadable(), e);
    }
  }

  // The array grows with the bytes that have arrived, so that a client that only announces a long
  // body costs little memory.
  private static byte[] read(InputStream in, int most) throws IOException {
    var bytes = new byte[Math.min(most, FIRST)];
    int length = 0;
    int read = 0;
    while (read >= 0 && length < most) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(most, 2 * length));
      }
      read = in.read(bytes, length, bytes.length - length);
      length += Math.max(read, 0);
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  // If the length is known, the buffer is not larger than necessary.
  private int atMost() {
    return (int) Math.min(most, request.headers().contentLength().orElse(most)) + 1;
  }

  static Problem tooLarge(int most) {
    return new Problem(Code.ERR_BODY_TOO_LARGE, "The body must be at most " + most + " bytes");
  }

  static Problem overloaded() {
    return Problem.later(
        Code.ERR_BUSY,
        "The server is handling too many large requests; try again",
        Duration.ofSeconds(1),
        null);
  }

  private static Problem unreadable() {
    return Problem.badField(
        "body",
        "The body did not arrive completely in time, or its chunked encoding is unsupported:"
            + " chunks may have no extensions and no trailers");
  }
}
