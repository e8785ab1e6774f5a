package dev.rollcall.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class HeadLinesTest {
  private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";

  private static int count(HeadLines lines, String piece) {
    return lines.count(piece.getBytes(US_ASCII), 0);
  }

  @Test
  void theLineBreaksOfABodyAreNotLinesOfTheHead() {
    assertEquals(4, count(new HeadLines(), HEAD + "\n".repeat(8_000)));
    assertEquals(4, count(new HeadLines(), HEAD.replace("\r", "") + "\n".repeat(8_000)));
  }

  @Test
  void aHeadMayArriveInAnyPieces() {
    var text = HEAD + "\n\n\n";
    for (int cut = 0; cut <= text.length(); cut++) {
      var lines = new HeadLines();
      assertEquals(4, count(lines, text.substring(0, cut)) + count(lines, text.substring(cut)));
    }
  }

  @Test
  void emptyLinesBeforeTheRequestLineDoNotEndTheHead() {
    assertEquals(6, count(new HeadLines(), "\r\n\r\n" + HEAD));
  }

  @Test
  void whatCameBeforeDoesNotCount() {
    assertEquals(1, new HeadLines().count("a\r\nb\r\n".getBytes(US_ASCII), 3));
  }
}
