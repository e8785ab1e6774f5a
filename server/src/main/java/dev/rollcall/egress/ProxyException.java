package dev.rollcall.egress;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call that failed on its way through the outward proxy. It says nothing about the server that
/// was called.
public final class ProxyException extends IOException {
  private static final long serialVersionUID = 1L;

  /// What the proxy did.
  public enum Kind {
    /// 407, or 401: the proxy refuses our user and password, whatever we call.
    CREDENTIALS,
    /// 403: the proxy does not allow this host.
    FORBIDDEN,
    /// 5xx: the proxy cannot reach this host.
    HOST,
    /// Any other answer.
    OTHER,
    /// The proxy cannot be reached, or does not answer.
    SILENT
  }

  private final Kind kind;

  ProxyException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /// The failure of the proxy that caused `failure`, if there is one.
  public static Optional<ProxyException> in(@Nullable Throwable failure) {
    for (var one = failure; one != null; one = one.getCause()) {
      if (one instanceof ProxyException proxy) {
        return Optional.of(proxy);
      }
    }
    return Optional.empty();
  }
}
