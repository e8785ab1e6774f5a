package dev.rollcall.secret;

/// A secret part of a provider's credentials. `toString` does not show it.
public record Secret(String value) {
  @Override
  public String toString() {
    return "[secret]";
  }
}
