package dev.rollcall.preference;

import dev.rollcall.http.Body;

/// Reads the ids of users and groups from a request.
final class PeerReader {
  private static final int MAX_ID_LENGTH = 100;

  private PeerReader() {}

  static Peer read(Body body, String key, Peer.Kind kind, String id) {
    if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
      throw body.problem(key, "must hold ids of 1 to " + MAX_ID_LENGTH + " characters");
    }
    return new Peer(kind, id);
  }
}
