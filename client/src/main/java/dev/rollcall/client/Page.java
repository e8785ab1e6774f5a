package dev.rollcall.client;

import java.util.Collections;
import java.util.List;
import org.json.simple.JSONObject;

/// One page of a list. Immutable.
///
/// @param <T> the type of the rows
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

  /// The number of rows on all pages.
  ///
  /// @return the number at the time of the call
  public long total() {
    return Json.number(pagination, "total", rows.size());
  }

  /// The number of pages.
  ///
  /// @return the number at the time of the call
  public long pages() {
    return Json.number(pagination, "total_pages", 1);
  }
}
