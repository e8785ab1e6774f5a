package dev.rollcall.http;

/// Why a request or a connection was turned away to keep the server within its {@link Capacity}, or
/// because it stops.
public enum Refusal {
  /// A request got a 503, because there was no room for its bytes.
  BYTES,
  /// A new connection was closed, because all others were in use.
  CONNECTION,
  /// An idle connection was closed to make room.
  IDLE,
  /// A request or an answer that was slow on its way was cut off to make room.
  SLOW,
  /// A request got a 503, because the server was stopping.
  STOPPING
}
