package dev.rollcall.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A file of three columns.
final class CsvRecordsTest {

  /// The rows as `line: field|field`, or as `line! reason`.
  private static List<String> read(String text) throws IOException {
    var records = new CsvRecords(new Lines(new ByteArrayInputStream(text.getBytes(UTF_8))), ',', 3);
    var rows = new ArrayList<String>();
    for (var row = records.next(); row.isPresent(); row = records.next()) {
      var fields = row.get();
      rows.add(
          fields.fault().isPresent()
              ? fields.line() + "! " + fields.fault().get().reason().replaceFirst(";.*", "")
              : fields.line() + ": " + String.join("|", fields.fields()));
    }
    return rows;
  }

  private static final String OPEN = "! no quote closes a field that begins with one";
  private static final String WITHIN_LIMIT = " within 100 lines, the most that a record may have";
  private static final String BEHIND = "! text follows the quote that closes a field";
  private static final String ROWS = "! the text between two quotes has the form of rows";

  @Test
  void quotesAreReadAsTheStandardSays() throws IOException {
    assertEquals(
        List.of("1: a|b,\"c\"|", "2: a|b\n\nc|d", "5: |5\" tablet|x", "6:  a|q| b ", "7: a|b|c"),
        read(
            "a,\"b,\"\"c\"\"\",\n"
                + "\"a\",\"b\r\n\n"
                + "c\",d\n"
                + ",5\" tablet,x\n"
                + " a, \"q\" , b \n"
                + "\"a\",\"b\",\"c\""));
  }

  @Test
  void everyLineEndIsOne() throws IOException {
    var rows = List.of("1: a|b|c", "2: d|e|f", "4: g|h|i");
    for (var end : List.of("\n", "\r\n", "\r")) {
      assertEquals(rows, read("a,b,c\nd,e,f\n\ng,h,i\n".replace("\n", end)));
    }
  }

  @Test
  void aLoneQuoteCostsItsRow() throws IOException {
    var good = "x,y,z\n".repeat(3);
    assertEquals(
        List.of("1: x|y|z", "2: x|y|z", "3: x|y|z", "4" + OPEN, "5: x|y|z", "6: x|y|z", "7: x|y|z"),
        read(good + "a,\"b,c\n" + good));
  }

  @Test
  void aLoneQuoteBeforeAQuotedFieldCostsItsRow() throws IOException {
    assertEquals(
        List.of("1" + BEHIND, "2: x|y|z", "3: x|{\"a\":1}|z"),
        read("a,\"b,c\nx,y,z\nx,\"{\"\"a\"\":1}\",z\n"));
  }

  @Test
  void twoLoneQuotesCostTheirRows() throws IOException {
    assertEquals(
        List.of("1" + ROWS, "2: x|y|z", "3: x|y|z", "4" + OPEN, "5: x|y|z"),
        read("a,b,\"\nx,y,z\nx,y,z\na,b,\"\nx,y,z\n"));
    assertEquals(List.of("1" + ROWS, "2" + OPEN, "3: x|y|z"), read("a,\",c\nb,\",d\nx,y,z\n"));
    assertEquals(
        List.of("1" + BEHIND, "2" + BEHIND, "3" + OPEN, "4: x|y|z"),
        read("a,\"b,c\na,\"b,c\na,\"b,c\nx,y,z\n"));
  }

  @Test
  void aQuoteWithinAQuotedFieldCostsItsRow() throws IOException {
    assertEquals(List.of("1" + BEHIND, "2: x|y|z"), read("a,\"5\" tablet\",c\nx,y,z\n"));
    assertEquals(List.of("1" + BEHIND, "2: x|y|z"), read("a,\"{\\\"k\\\":1}\",c\nx,y,z\n"));
  }

  @Test
  void aLoneQuoteHoldsUpNoMoreThanAHundredLines() throws IOException {
    var rows = read("a,\"b,c\n" + "x,y,z\n".repeat(1_000));
    assertEquals("1" + OPEN + WITHIN_LIMIT, rows.getFirst());
    assertEquals(1_001, rows.size());
    assertEquals("1001: x|y|z", rows.getLast());
  }

  @Test
  void aFieldOfManyLinesIsOneField() throws IOException {
    var text = "one, two\n".repeat(50);
    assertEquals(List.of("1: a|" + text + "|c", "52: x|y|z"), read("a,\"" + text + "\",c\nx,y,z"));
  }

  @Test
  void aFieldOfTooManyLinesIsToldTheLimit() throws IOException {
    var most = "one, two\n".repeat(99);
    assertEquals(List.of("1: a|" + most + "|c"), read("a,\"" + most + "\",c"));
    assertEquals("1" + OPEN + WITHIN_LIMIT, read("a,\"" + most + "one more\n\",c").getFirst());
  }

  @Test
  void aFieldOfTooManyCharactersIsToldTheLimit() throws IOException {
    var line = "x".repeat(600_000) + "\n";
    assertEquals(
        "1" + OPEN + " within a million characters, the most that a record may have",
        read("a,\"" + line + line + "\",c").getFirst());
  }
}
