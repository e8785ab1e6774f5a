package dev.rollcall.account;

import java.util.List;

/// One page of a list; page numbers begin with 1.
public record Page<T>(List<T> rows, long total, Request request) {

  /// The number and size of the requested page.
  public record Request(int perPage, int page) {
    public static final int MAX_PER_PAGE = 1000;

    public long offset() {
      return (page - 1L) * perPage;
    }
  }
}
