package dev.rollcall.client;

import java.util.Collections;
import java.util.List;
import org.json.simple.JSONObject;

/// Some of the rows of a long list. A value that never changes.
///
/// @param <T> what the rows are
public final class Page<T> {
  private final List<T> rows;
  private final JSONObject pagination;

  Page(List<T> rows, JSONObject pagination) {
    this.rows = Collections.unmodifiableList(rows);
    this.pagination = pagination;
  }

  /// The rows of this page.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<T> rows() {
    return rows;
  }

  /// How many rows there are on all pages.
  ///
  /// @return the number, when the page was read
  public long total() {
    return Json.number(pagination, "total", rows.size());
  }

  /// How many pages there are.
  ///
  /// @return the number, when the page was read
  public long pages() {
    return Json.number(pagination, "total_pages", 1);
  }
}
