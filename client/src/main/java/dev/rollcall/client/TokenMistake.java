package dev.rollcall.client;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What apps pass in place of a push token by mistake, with the error code of the server.
final class TokenMistake {
  private static final String WORD =
      "is a word or an error of a library, not a token; handle the error, and register once the"
          + " provider gave a token";
  private static final String OTHER_KIND =
      "is an address of another kind, such as a URL, a UUID or the token of another push service;"
          + " send the token that the provider gave";
  private static final String PRINTED =
      "is a printed object; wait for its result, and send the token itself as a string";
  private static final String ENCODED =
      "is in quotes or escaped; send the token exactly as the provider gave it";
  private static final String SEVERAL = "holds several values; send one token";

  // A repeated group would need a stack as deep as the text is long, so no pattern has one.
  private static final List<TokenMistake> ALL =
      Collections.unmodifiableList(
          Arrays.asList(
              any(
                  "TOKEN_WORD",
                  WORD,
                  "(?i:true|false|yes|no|unknown|error|blacklisted|granted|denied|kotlin\\.Unit)"
                      + "|[A-Z]+_[A-Z_]*[A-Z]"
                      + "|messaging/[a-z-]+"
                      + "|[a-z][\\w$.]*\\.[A-Z]\\w*(?:Exception|Error)\\b.*"
                      + "|\\w*(?:Exception|Error):\\s.*"),
              any(
                  "TOKEN_OTHER_KIND",
                  OTHER_KIND,
                  "Expo\\w*\\[.*"
                      + "|[A-Za-z][A-Za-z0-9+.-]*://.*"
                      + "|(?i:\\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}?)"
                      + "|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]*"),
              fcm(
                  "TOKEN_OTHER_KIND",
                  OTHER_KIND,
                  "(?i:<?[0-9a-f][0-9a-f\\s]{14,600}[0-9a-f]>?)|/topics/.*|amzn1\\..*"),
              any(
                  "TOKEN_PRINTED_OBJECT",
                  PRINTED,
                  "\\{.*\\}"
                      + "|\\[.*\\]"
                      + "|[\\w.$]+\\(.*\\)"
                      + "|[\\w.$;\\[]+(?:\\{[^}]*\\})?@[0-9a-f]{1,16}"
                      + "|(?:Instance of|Closure:|function\\(|(?:function|async|class)\\s).*"),
              fcm("TOKEN_PRINTED_OBJECT", PRINTED, "<.*>"),
              any(
                  "TOKEN_ENCODED",
                  ENCODED,
                  "[\"'`“”‘’«»].*"
                      + "|.*[\"'`“”‘’«»]"
                      + "|.*%[0-9A-Fa-f]{2}.*"
                      + "|.*\\\\.*"
                      + "|.*&(?:#\\d+|#x[0-9A-Fa-f]+|[a-z]{2,6});.*"),
              any("TOKEN_SEVERAL", SEVERAL, ".*[,;].*"),
              fcm(
                  "TOKEN_WORD",
                  "is a number; send the token that the provider gave",
                  "[+-]?\\d+(?:\\.\\d+)?"),
              fcm("TOKEN_TOO_SHORT", "is a single character; send the whole token", "[!-~]")));

  final String code;
  final String what;
  private final boolean onlyFcm;
  private final Pattern pattern;

  private TokenMistake(String code, String what, boolean onlyFcm, String pattern) {
    this.code = code;
    this.what = what;
    this.onlyFcm = onlyFcm;
    this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
  }

  private static TokenMistake any(String code, String what, String pattern) {
    return new TokenMistake(code, what, false, pattern);
  }

  private static TokenMistake fcm(String code, String what, String pattern) {
    return new TokenMistake(code, what, true, pattern);
  }

  /// The mistake that was made if `text` stands in place of a token in this field, or null.
  static @Nullable TokenMistake in(String field, String text) {
    for (var one : ALL) {
      if ((!one.onlyFcm || field.equals(TokenShape.FCM)) && one.pattern.matcher(text).matches()) {
        return one;
      }
    }
    return null;
  }
}
