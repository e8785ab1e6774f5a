package dev.rollcall.bench;

import java.nio.ByteBuffer;

/// What one connection asks of a server over HTTP, and what a right answer looks like.
interface Requests {

  /// The token of that generation, for a session that may hold another.
  ByteBuffer register(int session, int generation);

  /// The tokens of the session's user.
  ByteBuffer list(int session);

  ByteBuffer delete(int session);

  boolean registered(Answer answer);

  /// `quoted` is the token that must be there, between quotes.
  boolean listed(Answer answer, byte[] quoted);

  boolean deleted(Answer answer);
}
