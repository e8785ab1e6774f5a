package dev.rollcall.transfer;

import dev.rollcall.account.Uid;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The forms that fields of a record must have.
final class Form {
  static final Pattern APP_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
  static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  static final Pattern HASH_OR_NONE = Pattern.compile("([0-9a-f]{64})?");
  static final Pattern SESSION_ID = Pattern.compile("(?!0{16})[0-7][0-9a-f]{15}");

  static final Pattern TRACE = Pattern.compile("[a-z-]{1,40}\\.[0-9a-f]{16}");

  static final Pattern SUBSCRIPTION =
      Pattern.compile("[A-Za-z0-9_-]{87} [A-Za-z0-9_-]{22}( [A-Za-z0-9_-]{87})?");

  private Form() {}

  static <T> T given(String field, @Nullable T value) {
    if (value == null) {
      throw new RecordRejectedException(RecordRejectedException.MALFORMED, field + " is missing");
    }
    return value;
  }

  static void matching(String field, @Nullable String value, Pattern form) {
    if (!form.matcher(given(field, value)).matches()) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, field + " must match " + form);
    }
  }

  /// A uid in its stored form.
  static void uid(@Nullable String value) {
    var uid = given("uid", value);
    if (!Uid.folded(uid).equals(uid) || Uid.fault(uid).isPresent()) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, "uid is not in its stored form: " + Uid.RULE);
    }
  }

  static <T> T oneOf(String field, @Nullable String value, T[] known, Function<T, String> word) {
    given(field, value);
    return Arrays.stream(known)
        .filter(one -> word.apply(one).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new RecordRejectedException(
                    RecordRejectedException.MALFORMED,
                    field + " must be one of " + Arrays.stream(known).map(word).toList()));
  }

  // PostgreSQL refuses a text with a NUL.
  static void text(String field, @Nullable String value) {
    if (value != null && value.indexOf('\0') >= 0) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, field + " holds a NUL character");
    }
  }

  static void object(String field, @Nullable String value) {
    text(field, value);
    try {
      if (value != null && !TransferJson.MAPPER.readTree(value).isObject()) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, field + " must be the text of a JSON object");
      }
    } catch (JacksonException e) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, field + " must be the text of a JSON object");
    }
  }

  static void lines(String field, @Nullable List<String> values) {
    for (var value : values == null ? List.<String>of() : values) {
      text(field, given(field, value));
      if (value.isEmpty() || value.indexOf('\n') >= 0) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, field + " must be texts of one line each");
      }
    }
  }
}
