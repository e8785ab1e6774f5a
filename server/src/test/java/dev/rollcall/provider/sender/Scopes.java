package dev.rollcall.provider.sender;

/// What an outcome is about, in the words of the tables in docs/delivery.md.
public final class Scopes {
  private Scopes() {}

  /// `service` is the vendor's word for what pauses if most sends fail.
  public static String about(Verdict verdict, Outcome outcome, String service) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> "token";
      case Outcome.Gone gone -> "token";
      case Outcome.Suspect suspect -> "token";
      case Outcome.Refused refused -> "message";
      case Outcome.Denied denied -> waits(verdict, denied.scope(), service);
      case Outcome.Later later -> waits(verdict, later.scope(), service);
    };
  }

  private static String waits(Verdict verdict, Outcome.PauseScope pause, String service) {
    return switch (pause) {
      case DELIVERY -> verdict == Verdict.CONNECTION_CLOSED ? "connection" : "token";
      case IF_MOST_FAIL -> "token; " + service + " if most fail";
      case ENVIRONMENT -> "environment";
      case PROVIDER -> "provider";
    };
  }
}
