package dev.rollcall.storage.engine;

import dev.rollcall.json.Json;
import java.util.Collection;

/// "One of these", in the words of the engine: SQLite takes the list as a JSON array, PostgreSQL as
/// an array.
public final class Among {
  /// A list of numbers whose length PostgreSQL does not see while it plans. Where it does, a short
  /// list seems cheaper than one of any length, and it plans anew each time, which takes longer than
  /// to look a few rows up.
  public static final String NUMBERS = "(SELECT ?::bigint[])::bigint[]";

  private Among() {}

  public static String these(Tx tx, String column) {
    return tx.isPostgres()
        ? column + " = ANY (?)"
        : column + " IN (SELECT value FROM json_each(?))";
  }

  public static Object numbers(Tx tx, Collection<Long> numbers) {
    return tx.isPostgres()
        ? numbers.stream().mapToLong(it -> it).toArray()
        : Json.MAPPER.writeValueAsString(numbers);
  }

  public static Object words(Tx tx, Collection<String> words) {
    return tx.isPostgres() ? words.toArray(String[]::new) : Json.MAPPER.writeValueAsString(words);
  }
}
