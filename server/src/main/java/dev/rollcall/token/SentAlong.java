package dev.rollcall.token;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads the optional fields of a registration. A field that is not understood is ignored and
/// noted, because it must not make the registration fail.
public final class SentAlong {
  private final List<Ignored> ignored = new ArrayList<>();
  private @Nullable Problem blank;

  /// The value of `field` as `read` returns it; empty if `read` refuses it.
  public <T> Optional<T> read(String field, Supplier<Optional<T>> read) {
    try {
      return read.get();
    } catch (Problem notUnderstood) {
      ignore(field, notUnderstood.getMessage());
      return Optional.empty();
    }
  }

  /// The token that `read` finds in `field`; empty if the value is blank or a word such as `null`,
  /// because some apps send every field, and a field that has no token must not cost the others.
  public <T> Optional<T> readToken(String field, Supplier<Optional<T>> read) {
    try {
      return read.get();
    } catch (Problem problem) {
      if (problem.code() != Code.TOKEN_BLANK && problem.code() != Code.TOKEN_NULL) {
        throw problem;
      }
      blank = blank == null ? problem : blank;
      ignore(field, problem.getMessage());
      return Optional.empty();
    }
  }

  /// The error of a request without any push token, which may have sent one of the `keys`.
  public Problem noToken(String keys) {
    return blank == null ? TokenBody.missing(keys) : blank;
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
