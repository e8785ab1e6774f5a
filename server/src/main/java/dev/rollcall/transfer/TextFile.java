package dev.rollcall.transfer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Opens a file as UTF-8: unpacks gzip and decodes UTF-16. Refuses what is no text in either, by the
/// name of what it is.
final class TextFile {
  private static final int BUFFER = 1 << 16;
  private static final int SAMPLE = 1 << 20;

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] UTF_16LE_MARK = {(byte) 0xff, (byte) 0xfe};
  private static final byte[] UTF_16BE_MARK = {(byte) 0xfe, (byte) 0xff};
  private static final byte[] UTF_32LE_MARK = {(byte) 0xff, (byte) 0xfe, 0, 0};
  private static final byte[] UTF_32BE_MARK = {0, 0, (byte) 0xfe, (byte) 0xff};

  private TextFile() {}

  static BufferedInputStream open(Path file) throws IOException {
    var raw = Files.newInputStream(file);
    try {
      var plain = new BufferedInputStream(unzipped(raw), BUFFER);
      return decoded(plain, sample(plain));
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static InputStream unzipped(InputStream raw) throws IOException {
    var in = new PushbackInputStream(raw, GZIP.length);
    var start = in.readNBytes(GZIP.length);
    in.unread(start);
    return Arrays.equals(start, GZIP) ? Gzip.open(in) : in;
  }

  private static byte[] sample(BufferedInputStream in) throws IOException {
    in.mark(SAMPLE);
    var sample = new byte[SAMPLE];
    int size = 0;
    try {
      for (int read = 0; read >= 0 && size < SAMPLE; size += Math.max(read, 0)) {
        read = in.read(sample, size, SAMPLE - size);
      }
    } catch (DamagedException e) {
      // The damage is reported when the reader gets there.
    }
    in.reset();
    return Arrays.copyOf(sample, size);
  }

  private static BufferedInputStream decoded(BufferedInputStream in, byte[] sample)
      throws IOException {
    if (startsWith(sample, ZIP)) {
      throw new TransferException(
          "The file is a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV");
    }
    if (startsWith(sample, UTF_32LE_MARK) || startsWith(sample, UTF_32BE_MARK)) {
      throw new TransferException("The file is UTF-32; save it as UTF-8");
    }
    if (startsWith(sample, UTF_8_MARK)) {
      in.skipNBytes(UTF_8_MARK.length);
    } else {
      var utf16 = utf16(sample);
      if (utf16.isPresent()) {
        boolean marked = startsWith(sample, UTF_16LE_MARK) || startsWith(sample, UTF_16BE_MARK);
        in.skipNBytes(marked ? UTF_16LE_MARK.length : 0);
        return new BufferedInputStream(new Encoded(new InputStreamReader(in, utf16.get())), BUFFER);
      }
    }
    SingleByteText.refuse(sample, sample.length == SAMPLE);
    return in;
  }

  private static boolean startsWith(byte[] sample, byte[] mark) {
    return sample.length >= mark.length
        && Arrays.equals(sample, 0, mark.length, mark, 0, mark.length);
  }

  /// Without a mark, UTF-16 shows by its zeros: nearly all of a table or of JSON is ASCII, and every
  /// second byte of ASCII in UTF-16 is a zero.
  private static Optional<Charset> utf16(byte[] sample) {
    if (startsWith(sample, UTF_16LE_MARK)) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    if (startsWith(sample, UTF_16BE_MARK)) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    int pairs = sample.length / 2;
    int first = zeros(sample, 0);
    int second = zeros(sample, 1);
    if (second > pairs / 2 && first <= pairs / 20) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return first > pairs / 2 && second <= pairs / 20
        ? Optional.of(StandardCharsets.UTF_16BE)
        : Optional.empty();
  }

  private static int zeros(byte[] sample, int from) {
    int zeros = 0;
    for (int i = from; i < sample.length; i += 2) {
      zeros += sample[i] == 0 ? 1 : 0;
    }
    return zeros;
  }

  /// Unpacks, and says what is wrong with data that ends early.
  private static final class Gzip extends FilterInputStream {
    private Gzip(InputStream in) {
      super(in);
    }

    static Gzip open(InputStream in) throws IOException {
      try {
        return new Gzip(new GZIPInputStream(in, BUFFER));
      } catch (EOFException | ZipException e) {
        throw damaged(e);
      }
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
      try {
        return super.read(to, from, most);
      } catch (EOFException | ZipException e) {
        throw damaged(e);
      }
    }

    private static DamagedException damaged(IOException e) {
      return new DamagedException(
          e instanceof EOFException
              ? "the gzip data ends early"
              : "the gzip data is damaged (" + e.getMessage() + ")",
          e);
    }
  }

  /// The characters of a reader in UTF-8.
  private static final class Encoded extends InputStream {
    private final Reader reader;
    private final char[] chars = new char[BUFFER];
    private byte[] bytes = {};
    private int next;

    Encoded(Reader reader) {
      this.reader = reader;
    }

    @Override
    public int read() throws IOException {
      return fill() ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
      if (most == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int size = Math.min(most, bytes.length - next);
      System.arraycopy(bytes, next, to, from, size);
      next += size;
      return size;
    }

    private boolean fill() throws IOException {
      if (next < bytes.length) {
        return true;
      }
      int size = reader.read(chars, 0, chars.length - 1);
      if (size < 0) {
        return false;
      }
      // A pair of surrogates must not be encoded in two halves.
      if (Character.isHighSurrogate(chars[size - 1])) {
        int low = reader.read();
        if (low >= 0) {
          chars[size++] = (char) low;
        }
      }
      bytes = new String(chars, 0, size).getBytes(StandardCharsets.UTF_8);
      next = 0;
      return true;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
