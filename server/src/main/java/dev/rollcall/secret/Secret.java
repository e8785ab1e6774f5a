package dev.rollcall.secret;

/// A piece of a provider's credentials. It cannot print itself.
public record Secret(String value) {
  @Override
  public String toString() {
    return "[secret]";
  }
}
