package dev.rollcall.provider.sender;

import java.net.URI;
import java.util.Map;

/// What a sender would do with a push, computed without a network call: a request or a refusal.
public sealed interface Prepared permits Prepared.Request, Outcome.Refused {
  /// The request as it would be sent, without credentials, and for Web Push before encryption.
  record Request(String method, URI uri, Map<String, String> headers, String body)
      implements Prepared {
    public Request {
      headers = Map.copyOf(headers);
    }

    // The URI may contain a push token, and the body is private.
    @Override
    public String toString() {
      return method + " " + uri.getHost();
    }
  }
}
