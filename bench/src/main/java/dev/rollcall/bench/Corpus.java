package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.rollcall.account.Key;

/// Users, sessions, auth tokens and push tokens as functions of an index and a seed, so that the
/// seeded file and the load generator agree without telling each other anything.
///
/// Session `i` belongs to user `i mod users`. Its first push token, the seeded one, has generation
/// 0; each new one counts up. All are of one length, so that a request is patched in place.
record Corpus(long seed, int users, int sessions) {
  static final Key API_KEY = new Key("the-api-key-of-the-bench");

  static final int UID_LENGTH = 8;
  static final int AUTH_TOKEN_LENGTH = UID_LENGTH + 1 + 16 + 1 + 32;

  /// As long as a real FCM registration token.
  static final int TOKEN_LENGTH = 163;

  static final int OBJECT_ID_LENGTH = 10;
  static final int INSTALLATION_ID_LENGTH = 36;

  private static final String TOKEN_MIDDLE = ":APA91b";
  private static final int TOKEN_HEAD = 22;
  private static final long FIRST_SESSION_MILLIS = 1_750_000_000_000L;
  private static final int RANDOM_BITS = 20;
  private static final long SPREAD = 2_654_435_761L;

  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final byte[] BASE64_URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(ISO_8859_1);
  private static final int LETTERS_AND_DIGITS = 62;

  private enum Use {
    SECRET(0),
    TOKEN(1),
    INSTALLATION(2);

    private final long salt;

    Use(long salt) {
      this.salt = salt;
    }
  }

  static Corpus of(Options options) {
    int sessions = options.number("sessions", 1_000_000);
    return new Corpus(options.number("seed", 1), options.number("users", sessions / 2), sessions);
  }

  int userOf(int session) {
    return session % users;
  }

  /// The number of a user's row.
  static long userId(int user) {
    return user + 1L;
  }

  String uid(int user) {
    return "u%07d".formatted(user);
  }

  /// Grows with the index, as the server's own ids grow with time. Its last bits only look random:
  /// pgbench has to find the same ones.
  long sessionId(int session) {
    long random = session * SPREAD & ((1L << RANDOM_BITS) - 1);
    return (FIRST_SESSION_MILLIS + session) << RANDOM_BITS | random;
  }

  String handle(int session) {
    return authToken(session).substring(0, UID_LENGTH + 1 + 16);
  }

  String authToken(int session) {
    var bytes = new byte[AUTH_TOKEN_LENGTH];
    authToken(session, bytes, 0);
    return new String(bytes, ISO_8859_1);
  }

  void uid(int user, byte[] into, int at) {
    into[at] = 'u';
    digits(user, UID_LENGTH - 1, into, at + 1);
  }

  void authToken(int session, byte[] into, int at) {
    uid(userOf(session), into, at);
    into[at + UID_LENGTH] = '_';
    int id = at + UID_LENGTH + 1;
    hex(sessionId(session), into, id);
    into[id + 16] = '_';
    hex(mix(Use.SECRET, session, 0), into, id + 17);
    hex(mix(Use.SECRET, session, 1), into, id + 33);
  }

  String token(int session, int generation) {
    var bytes = new byte[TOKEN_LENGTH];
    token(session, generation, bytes, 0);
    return new String(bytes, ISO_8859_1);
  }

  void token(int session, int generation, byte[] into, int at) {
    long bits = mix(Use.TOKEN, session, generation);
    for (int i = 0; i < TOKEN_LENGTH; i++) {
      // Ten characters of six bits each come out of one word.
      if (i % 10 == 9) {
        bits = scramble(bits + i);
      }
      into[at + i] = BASE64_URL[(int) (bits >>> (i % 10 * 6)) & 63];
    }
    for (int i = 0; i < TOKEN_MIDDLE.length(); i++) {
      into[at + TOKEN_HEAD + i] = (byte) TOKEN_MIDDLE.charAt(i);
    }
  }

  /// Parse Server's key of an installation; each session has one.
  String objectId(int session) {
    var bytes = new byte[OBJECT_ID_LENGTH];
    objectId(session, bytes, 0);
    return new String(bytes, ISO_8859_1);
  }

  void objectId(int session, byte[] into, int at) {
    long bits = mix(Use.INSTALLATION, session, 0) >>> 1;
    for (int i = 0; i < OBJECT_ID_LENGTH; i++) {
      into[at + i] = BASE64_URL[(int) (bits % LETTERS_AND_DIGITS)];
      bits /= LETTERS_AND_DIGITS;
    }
  }

  /// 32 hex digits in the groups of a UUID, as Parse's SDKs choose them.
  String installationId(int session) {
    var bytes = new byte[INSTALLATION_ID_LENGTH];
    installationId(session, bytes, 0);
    return new String(bytes, ISO_8859_1);
  }

  void installationId(int session, byte[] into, int at) {
    var digits = new byte[32];
    hex(mix(Use.INSTALLATION, session, 1), digits, 0);
    hex(mix(Use.INSTALLATION, session, 2), digits, 16);
    int digit = 0;
    for (int i = 0; i < INSTALLATION_ID_LENGTH; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      into[at + i] = dash ? (byte) '-' : digits[digit++];
    }
  }

  private long mix(Use use, long index, long n) {
    return scramble(scramble(scramble(seed * 3 + use.salt) ^ index) + n);
  }

  /// The mixing step of SplitMix64.
  static long scramble(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static void digits(int number, int length, byte[] into, int at) {
    for (int i = length - 1; i >= 0; i--) {
      into[at + i] = (byte) ('0' + number % 10);
      number /= 10;
    }
  }

  private static void hex(long number, byte[] into, int at) {
    for (int i = 15; i >= 0; i--) {
      into[at + i] = HEX[(int) number & 15];
      number >>>= 4;
    }
  }
}
