package dev.rollcall.account;

import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Pagination in requests and answers: `perPage` and `page` in, `meta.pagination` out.
final class Pages {
  private static final int DEFAULT_PER_PAGE = 100;

  private Pages() {}

  static Page.Request read(Request request) {
    return new Page.Request(
        request.number("perPage", DEFAULT_PER_PAGE, Page.Request.MAX_PER_PAGE),
        request.number("page", 1, 1_000_000));
  }

  static <T> Response answer(Page<T> page, Function<T, Map<String, Object>> row) {
    var asked = page.request();
    var pagination = new LinkedHashMap<String, Object>();
    pagination.put("total", page.total());
    pagination.put("count", page.rows().size());
    pagination.put("per_page", asked.perPage());
    pagination.put("current_page", asked.page());
    pagination.put("total_pages", (page.total() + asked.perPage() - 1) / asked.perPage());
    return Response.json(
        200,
        Map.of(
            "data",
            page.rows().stream().map(row).toList(),
            "meta",
            Map.of("pagination", pagination)));
  }
}
