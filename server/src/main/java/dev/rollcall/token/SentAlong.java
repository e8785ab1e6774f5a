package dev.rollcall.token;

import dev.rollcall.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads what comes with the push tokens of a registration. What is not understood is left out and
/// noted, because it must not cost the registration.
public final class SentAlong {
  private final List<Ignored> ignored = new ArrayList<>();

  /// The value that `read` finds in `field`; empty if `read` refuses it.
  public <T> Optional<T> read(String field, Supplier<Optional<T>> read) {
    try {
      return read.get();
    } catch (Problem notUnderstood) {
      ignore(field, notUnderstood.getMessage());
      return Optional.empty();
    }
  }

  /// Notes that `field` is left out.
  public void ignore(String field, String reason) {
    ignored.add(new Ignored(field, reason));
  }

  /// What was left out so far.
  public List<Ignored> ignored() {
    return List.copyOf(ignored);
  }
}
