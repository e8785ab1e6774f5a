package dev.rollcall.provider.webpush;

import dev.rollcall.egress.GuardedClient;
import dev.rollcall.provider.sender.Verdict;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The headers with which Microsoft's push service (WNS) explains an answer, whose body is empty.
///
/// The source is
/// https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/push-request-response-headers
final class WnsHeaders {
  /// A request header. A message that WNS must not keep conflicts with its default, `cache`.
  static final String CACHE_POLICY = "x-wns-cache-policy";

  static final String NO_CACHE = "no-cache";

  /// What WNS did with a message.
  enum Status {
    RECEIVED(Verdict.ACCEPTED),
    /// The message was bad, or the client rejects such messages.
    DROPPED(Verdict.REFUSED),
    /// The message was dropped, because this subscription gets too many.
    CHANNELTHROTTLED(Verdict.TOO_MANY_FOR_DEVICE);

    private final Verdict verdict;

    Status(Verdict verdict) {
      this.verdict = verdict;
    }

    Verdict verdict() {
      return verdict;
    }

    /// A status that this table does not know is not an acceptance.
    static Status of(String word) {
      return switch (word.strip().toLowerCase(Locale.ROOT)) {
        case "received" -> RECEIVED;
        case "channelthrottled" -> CHANNELTHROTTLED;
        default -> DROPPED;
      };
    }
  }

  /// A description in words. A long word may be part of an endpoint, which is a secret.
  private static final Pattern WORDS = Pattern.compile("[!-~]{1,30}( [!-~]{1,30}){0,19}");

  private WnsHeaders() {}

  static Optional<Status> status(GuardedClient.Answer answer) {
    return word(answer).map(Status::of);
  }

  private static Optional<String> word(GuardedClient.Answer answer) {
    return answer.header("x-wns-status").or(() -> answer.header("x-wns-notificationstatus"));
  }

  /// The seconds after which a throttled subscription may be sent to again.
  static Optional<String> continueAfter(GuardedClient.Answer answer) {
    return answer.header("x-wns-continue-after");
  }

  /// The status and the description, each after a semicolon; empty if the answer has neither.
  static String reason(GuardedClient.Answer answer) {
    return Stream.of(word(answer), answer.header("x-wns-error-description"))
        .flatMap(Optional::stream)
        .map(String::strip)
        .filter(text -> WORDS.matcher(text).matches())
        .map(text -> "; " + text)
        .collect(Collectors.joining());
  }
}
