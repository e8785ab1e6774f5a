package dev.rollcall.token;

import dev.rollcall.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads the optional fields of a registration. A field that is not understood is ignored and
/// noted, because it must not make the registration fail.
public final class SentAlong {
  private final List<Ignored> ignored = new ArrayList<>();

  /// The value of `field` as `read` returns it; empty if `read` refuses it.
  public <T> Optional<T> read(String field, Supplier<Optional<T>> read) {
    try {
      return read.get();
    } catch (Problem notUnderstood) {
      ignore(field, notUnderstood.getMessage());
      return Optional.empty();
    }
  }

  /// Notes that `field` is ignored.
  public void ignore(String field, String reason) {
    ignored.add(new Ignored(field, reason));
  }

  /// The fields that were ignored so far.
  public List<Ignored> ignored() {
    return List.copyOf(ignored);
  }
}
