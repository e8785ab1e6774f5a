package dev.rollcall.storage;

import dev.rollcall.http.Json;
import java.util.Collection;

/// "One of these", in the words of the engine: SQLite takes the list as a JSON array, PostgreSQL as
/// an array.
final class Among {
  private Among() {}

  static String these(Tx tx, String column) {
    return tx.isPostgres()
        ? column + " = ANY (?)"
        : column + " IN (SELECT value FROM json_each(?))";
  }

  static Object numbers(Tx tx, Collection<Long> numbers) {
    return tx.isPostgres()
        ? numbers.stream().mapToLong(it -> it).toArray()
        : Json.MAPPER.writeValueAsString(numbers);
  }

  static Object words(Tx tx, Collection<String> words) {
    return tx.isPostgres() ? words.toArray(String[]::new) : Json.MAPPER.writeValueAsString(words);
  }
}
