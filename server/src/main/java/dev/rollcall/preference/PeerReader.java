package dev.rollcall.preference;

import dev.rollcall.http.Body;

/// Reads the ids of users and groups from a request.
final class PeerReader {
  private static final int LONGEST_ID = 100;

  private PeerReader() {}

  static Peer read(Body body, String key, Peer.Kind kind, String id) {
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw body.problem(key, "must hold ids of 1 to " + LONGEST_ID + " characters");
    }
    return new Peer(kind, id);
  }
}
