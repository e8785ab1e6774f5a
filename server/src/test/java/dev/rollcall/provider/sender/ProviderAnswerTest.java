package dev.rollcall.provider.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.provider.sender.Outcome.PauseScope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How a send ends, for each verdict on its answer.
final class ProviderAnswerTest {
  private static final Instant SINCE = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration SAID = Duration.ofSeconds(33);

  /// An answer that says no more than it has to.
  private record Plain(Verdict verdict) implements ProviderAnswer {
    @Override
    public String reason() {
      return "400 Code";
    }

    @Override
    public String receipt() {
      return "receipt";
    }
  }

  /// An answer that says all that there is to say.
  private record Full(Verdict verdict) implements ProviderAnswer {
    @Override
    public String reason() {
      return "400 Code";
    }

    @Override
    public String receipt() {
      return "receipt";
    }

    @Override
    public Optional<Instant> goneSince() {
      return Optional.of(SINCE);
    }

    @Override
    public Optional<String> retryAfter() {
      return Optional.of("33");
    }

    @Override
    public String denial() {
      return "401; the clock is wrong";
    }
  }

  private static Outcome outcome(ProviderAnswer answer) {
    return answer.outcome(0, Pushes.backoff(Pushes.clock()));
  }

  @Test
  void eachVerdictIsOneOutcome() {
    for (var verdict : Verdict.values()) {
      var expected =
          switch (verdict) {
            case ACCEPTED -> new Outcome.Accepted("receipt");
            case GONE -> new Outcome.Gone(null, "400 Code");
            case SUSPECT -> new Outcome.Suspect("400 Code");
            case REFUSED -> new Outcome.Refused("400 Code");
            case DENIED, STALE_ACCESS_TOKEN -> new Outcome.Denied(PauseScope.PROVIDER, "400 Code");
            case DENIED_FOR_ENVIRONMENT -> new Outcome.Denied(PauseScope.ENVIRONMENT, "400 Code");
            case DENIED_FOR_TOKEN -> new Outcome.Denied(PauseScope.DELIVERY, "400 Code");
            case TOO_MANY_FOR_DEVICE ->
                new Outcome.Later(Backoff.AFTER_TOO_MANY, PauseScope.DELIVERY, "400 Code");
            case TOO_MANY ->
                new Outcome.Later(Backoff.AFTER_TOO_MANY, PauseScope.IF_MOST_FAIL, "400 Code");
            case TOO_MANY_FOR_PROVIDER ->
                new Outcome.Later(Backoff.AFTER_TOO_MANY, PauseScope.PROVIDER, "400 Code");
            case CONNECTION_CLOSED ->
                new Outcome.Later(Backoff.AFTER_FAILURE, PauseScope.DELIVERY, "400 Code");
            case FAILURE ->
                new Outcome.Later(Backoff.AFTER_FAILURE, PauseScope.IF_MOST_FAIL, "400 Code");
          };
      assertEquals(expected, outcome(new Plain(verdict)), verdict.documentedName());
    }
  }

  @Test
  void whatElseTheAnswerSaysIsHeard() {
    assertEquals(new Outcome.Gone(SINCE, "400 Code"), outcome(new Full(Verdict.GONE)));
    assertEquals(
        new Outcome.Denied(PauseScope.DELIVERY, "401; the clock is wrong"),
        outcome(new Full(Verdict.DENIED_FOR_TOKEN)));
    assertEquals(
        new Outcome.Denied(PauseScope.PROVIDER, "401; the clock is wrong"),
        outcome(new Full(Verdict.STALE_ACCESS_TOKEN)));
    assertEquals(
        new Outcome.Later(SAID, PauseScope.DELIVERY, "400 Code"),
        outcome(new Full(Verdict.TOO_MANY_FOR_DEVICE)));
    assertEquals(
        new Outcome.Later(SAID, PauseScope.IF_MOST_FAIL, "400 Code"),
        outcome(new Full(Verdict.TOO_MANY)));
    assertEquals(
        new Outcome.Later(SAID, PauseScope.IF_MOST_FAIL, "400 Code"),
        outcome(new Full(Verdict.FAILURE)));
  }
}
