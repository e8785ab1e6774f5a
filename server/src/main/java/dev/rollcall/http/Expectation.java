package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.List;

/// What a client expects before it sends a body (RFC 9110, 10.1.1).
final class Expectation {
  private Expectation() {}

  /// Refuses every expectation but `100-continue`.
  static void require(ServerRequestHeaders headers) {
    for (var line : headers.all(HeaderNames.EXPECT, List::of)) {
      for (var expected : line.split(",")) {
        if (!expected.isBlank() && !expected.strip().equalsIgnoreCase("100-continue")) {
          throw new Problem(
              Code.ERR_EXPECTATION_FAILED, "The only supported expectation is 100-continue");
        }
      }
    }
  }
}
