package dev.rollcall.http;

/// The reason why a request or connection was refused: the server would exceed its {@link
/// Capacity}, or it is stopping.
public enum Refusal {
  /// A request received a 503, because there was no room for its bytes.
  BYTES,
  /// A new connection was closed, because all others were in use.
  CONNECTION,
  /// An idle connection was closed to make room.
  IDLE,
  /// A slow request or answer was cut off to make room.
  SLOW,
  /// A request received a 503, because the server was stopping.
  STOPPING
}
