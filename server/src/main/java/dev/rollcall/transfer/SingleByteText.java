package dev.rollcall.transfer;

import java.util.Arrays;

/// Recognises a file in Windows-1252 or another code page: many of its lines are no UTF-8, and none
/// holds a character of UTF-8 that is not ASCII.
///
/// A few such lines do not make a file: each of them costs its own record.
final class SingleByteText {
  private static final int FEW = 3;
  private static final int SHARE = 10;

  private SingleByteText() {}

  /// `cut` says that the last line of the sample may be incomplete.
  static void refuse(byte[] sample, boolean cut) {
    int lines = 0;
    int broken = 0;
    long first = 0;
    int byteOfFirst = 0;
    for (int from = 0; from < sample.length; ) {
      int to = from;
      while (to < sample.length && sample[to] != '\n' && sample[to] != '\r') {
        to++;
      }
      if (to == sample.length && cut) {
        break;
      }
      lines++;
      var line = Arrays.copyOfRange(sample, from, to);
      var wrong = Utf8.wrongByte(line);
      if (wrong.isPresent()) {
        broken++;
        if (broken == 1) {
          first = lines;
          byteOfFirst = wrong.getAsInt();
        }
      } else if (!Utf8.isAscii(line)) {
        return;
      }
      boolean pair = to + 1 < sample.length && sample[to] == '\r' && sample[to + 1] == '\n';
      from = to + (pair ? 2 : 1);
    }
    if (broken >= FEW && broken * SHARE >= lines) {
      throw new TransferException(
          ("The file is no UTF-8: %,d of its first %,d lines hold bytes of Windows-1252 or another"
                  + " code page, such as 0x%02X in line %,d; save it as UTF-8")
              .formatted(broken, lines, byteOfFirst, first));
    }
  }
}
