package dev.rollcall.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CellsTest {

  @ParameterizedTest
  @ValueSource(strings = {"t", "true", "True", "TRUE", "Yes", "y", "1", "1.0", "1,0", " TRUE "})
  void manyWordsMeanTrue(String text) {
    assertEquals(true, Cells.truth("field", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "f", "False", "FALSE", "no", "0", "0.0", "nan", "NaN", "None"})
  void manyWordsMeanFalse(String text) {
    assertEquals(false, Cells.truth("field", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "wahr", "x", "-1", "1.5"})
  void anyOtherWordIsRefused(String text) {
    var refused = assertThrows(RecordRejectedException.class, () -> Cells.truth("field", text));
    assertEquals("field must be true or false", refused.reason());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1.0,1", "0.00,0", "-2.0,-2", "-2,-2", "1.5,1.5", "x,x"})
  void aWholeNumberLosesItsPoint(String text, String number) {
    assertEquals(number, Cells.withoutPoint(text));
  }

  @Test
  void aWordForAnEmptyCellIsNoValue() {
    for (var text :
        new String[] {"", "  ", "nan", "NaN", "None", "null", "NULL", "#N/A", "<NA>", "\\N", "-"}) {
      assertNull(Cells.given(text), text);
    }
    assertEquals("nana", Cells.given(" nana "));
    assertEquals("-1", Cells.given("-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.23E+45", "1,23E+45", "1E+05", "1.7e+09", "-1.2E-05", "12345.0", "7,00"})
  void anIdThatLostDigitsIsRefused(String text) {
    assertEquals(
        "LOSSY",
        assertThrows(RecordRejectedException.class, () -> Cells.requireId("field", text)).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"12345", "00042", "1e5", "1234567e10", "1.2.0x", "v1.0", "1.0.0", "E+45"})
  void anIdThatOnlyLooksSimilarIsTaken(String text) {
    Cells.requireId("field", text);
  }
}
