package dev.rollcall.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.storage.engine.Tx;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two schemas have the same tables, columns, keys and indexes.
final class SchemaTest {
  // A single column that is the primary key is never NULL, though SQLite does not say so.
  private static final List<String> SQLITE =
      List.of(
          """
          SELECT t.name || '.' || c.name || ' ' || lower(c.type)
                 || CASE WHEN c."notnull" OR c.pk THEN ' NOT NULL' ELSE '' END
            FROM sqlite_schema t JOIN pragma_table_info(t.name) c
           WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'flyway%'
          """,
          """
          SELECT t.name || ' PRIMARY KEY (' || group_concat(c.name, ', ' ORDER BY c.pk) || ')'
            FROM sqlite_schema t JOIN pragma_table_info(t.name) c
           WHERE t.type = 'table' AND t.name NOT LIKE 'flyway%' AND c.pk > 0 GROUP BY t.name
          """,
          """
          SELECT t.name || ' UNIQUE (' || (
                   SELECT group_concat(c.name, ', ' ORDER BY c.seqno) FROM pragma_index_info(i.name) c)
                 || ')'
            FROM sqlite_schema t JOIN pragma_index_list(t.name) i
           WHERE t.type = 'table' AND t.name NOT LIKE 'flyway%' AND i.origin = 'u'
          """,
          """
          SELECT DISTINCT t.name || ' REFERENCES ' || f."table"
            FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
          """,
          """
          SELECT sql FROM sqlite_schema
           WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE 'flyway%'
          """);

  private static final List<String> POSTGRES =
      List.of(
          """
          SELECT table_name || '.' || column_name
                 || CASE data_type WHEN 'bigint' THEN ' integer' WHEN 'bytea' THEN ' blob'
                                   ELSE ' ' || data_type END
                 || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
            FROM information_schema.columns
           WHERE table_schema = 'public' AND table_name NOT LIKE 'flyway%'
          """,
          """
          SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u')
             AND conrelid::regclass::text NOT LIKE 'flyway%'
          """,
          """
          SELECT conrelid::regclass || ' REFERENCES ' || confrelid::regclass FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype = 'f'
          """,
          """
          SELECT indexdef FROM pg_indexes
           WHERE schemaname = 'public' AND tablename NOT LIKE 'flyway%'
             AND indexname NOT IN (SELECT conname FROM pg_constraint)
          """);

  private static Set<String> schema(Engine engine, List<String> queries) {
    try (engine) {
      return engine.database().read("reading the schema", tx -> all(tx, queries));
    }
  }

  private static Set<String> all(Tx tx, List<String> queries) throws SQLException {
    var parts = new TreeSet<String>();
    for (var query : queries) {
      parts.addAll(tx.list(query, row -> plain(row.getString(1))));
    }
    return parts;
  }

  private static Set<String> without(Set<String> some, Set<String> others) {
    var rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  /// PostgreSQL adds a schema, a method, a type and parentheses to the text of an index.
  private static String plain(String text) {
    return text.replaceAll("\\s+", " ")
        .replace("public.", "")
        .replace(" USING btree", "")
        .replace("::text", "")
        .replaceFirst("WHERE \\((.*)\\)$", "WHERE $1");
  }

  @Test
  void bothEnginesHaveTheSameSchema(@TempDir Path folder) {
    var sqlite = schema(new SqliteEngine(folder.resolve("sqlite")), SQLITE);
    var postgres = schema(new PostgresEngine(), POSTGRES);

    assertTrue(sqlite.contains("push_token.device_key text"), sqlite.toString());
    assertEquals(Set.of(), without(sqlite, postgres), "only in SQLite");
    assertEquals(Set.of(), without(postgres, sqlite), "only in PostgreSQL");
  }
}
