package dev.rollcall.storage.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The columns that an INSERT into a table fills, and how their values are read from rows of type
/// T.
public final class RowWriter<T> {
  private record Column<T>(
      String name,
      String type,
      Function<T, @Nullable Object> value,
      Function<List<T>, Object> array) {}

  /// Collects the columns of a table, in the order in which they are written.
  public static final class Builder<T> {
    private final String table;
    private final List<Column<T>> columns = new ArrayList<>();

    private Builder(String table) {
      this.table = table;
    }

    public Builder<T> number(String name, ToLongFunction<T> value) {
      return add(
          name, "bigint", value::applyAsLong, rows -> rows.stream().mapToLong(value).toArray());
    }

    public Builder<T> nullableNumber(String name, Function<T, @Nullable Long> value) {
      return add(
          name, "bigint", value::apply, rows -> rows.stream().map(value).toArray(Long[]::new));
    }

    public Builder<T> text(String name, Function<T, @Nullable String> value) {
      return add(
          name, "text", value::apply, rows -> rows.stream().map(value).toArray(String[]::new));
    }

    public Builder<T> bytes(String name, Function<T, byte @Nullable []> value) {
      return add(
          name, "bytea", value::apply, rows -> rows.stream().map(value).toArray(byte[][]::new));
    }

    private Builder<T> add(
        String name,
        String type,
        Function<T, @Nullable Object> value,
        Function<List<T>, Object> array) {
      columns.add(new Column<>(name, type, value, array));
      return this;
    }

    public RowWriter<T> build() {
      return new RowWriter<>(table, List.copyOf(columns));
    }
  }

  private final List<Column<T>> columns;
  private final String names;
  private final String placeholders;
  private final String unnest;
  private final String insert;
  private final String insertAll;

  private RowWriter(String table, List<Column<T>> columns) {
    this.columns = columns;
    this.names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
    this.placeholders = String.join(", ", Collections.nCopies(columns.size(), "?"));
    this.unnest = "unnest(%s)".formatted(arrayPlaceholders(columns));
    var into = "INSERT INTO %s (%s) ".formatted(table, names);
    this.insert = into + "VALUES (" + placeholders + ")";
    this.insertAll = into + "SELECT * FROM " + unnest;
  }

  // The planner estimates the number of rows from the first list, so its length must be hidden.
  private static <T> String arrayPlaceholders(List<Column<T>> columns) {
    var first = "(SELECT ?::%1$s[])::%1$s[]".formatted(columns.getFirst().type());
    return columns.stream()
        .skip(1)
        .map(column -> ", ?::" + column.type() + "[]")
        .collect(Collectors.joining("", first, ""));
  }

  public static <T> Builder<T> into(String table) {
    return new Builder<>(table);
  }

  /// The names of the columns, as a list in SQL.
  public String names() {
    return names;
  }

  /// A question mark for each value of a row.
  public String placeholders() {
    return placeholders;
  }

  /// A table function of PostgreSQL that returns the rows of {@link #arrays}.
  public String unnest() {
    return unnest;
  }

  /// The INSERT of one row, whose arguments are its {@link #values}.
  public String insert() {
    return insert;
  }

  /// The INSERT of many rows in PostgreSQL, whose arguments are their {@link #arrays}.
  public String insertAll() {
    return insertAll;
  }

  /// The end of an INSERT that replaces an existing row with the same key. The columns in `stay`
  /// keep their old values.
  public String orReplace(String key, Set<String> stay) {
    var keys = Set.of(key.split(", "));
    return columns.stream()
        .map(Column::name)
        .filter(name -> !keys.contains(name) && !stay.contains(name))
        .map(name -> name + " = excluded." + name)
        .collect(Collectors.joining(", ", " ON CONFLICT (" + key + ") DO UPDATE SET ", ""));
  }

  public @Nullable Object[] values(T row) {
    var values = new @Nullable Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i).value().apply(row);
    }
    return values;
  }

  /// The rows as one array for each column.
  public @Nullable Object[] arrays(List<T> rows) {
    return columns.stream().map(column -> column.array().apply(rows)).toArray();
  }
}
