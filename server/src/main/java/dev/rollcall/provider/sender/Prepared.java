package dev.rollcall.provider.sender;

import java.net.URI;
import java.util.Map;

/// What a sender would do with a push, told without asking anybody: the request, or the refusal.
public sealed interface Prepared permits Prepared.Request, Outcome.Refused {
  /// The request as it would be sent, but for credentials, and for Web Push before encryption.
  record Request(String method, URI uri, Map<String, String> headers, String body)
      implements Prepared {
    public Request {
      headers = Map.copyOf(headers);
    }

    // The address may hold a push token, and the body is nobody's business.
    @Override
    public String toString() {
      return method + " " + uri.getHost();
    }
  }
}
