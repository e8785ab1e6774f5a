package dev.rollcall.token;

import dev.rollcall.problem.Code;
import dev.rollcall.token.Channel.Form;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What clients send in place of a push token by mistake: its form, the error code, and a sentence
/// that says how to correct it.
///
/// FCM's tokens have no documented grammar, so this recognises only values that are certainly no
/// tokens. Every other value is accepted.
record TokenMistake(Set<Form> forms, Pattern pattern, Code code, String what) {
  private static final Set<Form> ANY = Set.of(Form.values());
  private static final Set<Form> TEXT = Set.of(Form.TEXT);
  private static final Set<Form> TEXT_OR_HEX = Set.of(Form.TEXT, Form.HEX);
  private static final Set<Form> TEXT_OR_ENDPOINT = Set.of(Form.TEXT, Form.ENDPOINT);
  private static final Set<Form> ENDPOINT = Set.of(Form.ENDPOINT);

  private static final String WORD =
      "is a word or an error of a library, not a token; handle the error, and register once the"
          + " provider gave a token";
  private static final String PRINTED =
      "is a printed object; wait for its result, and send the token itself as a string";
  private static final String ENCODED =
      "is in quotes or escaped; send the token exactly as the provider gave it";
  private static final String SEVERAL = "holds several values; send one token";

  /// The form of almost all FCM tokens. None of the mistakes has this form, so a value in this form
  /// needs no other check.
  private static final Pattern USUAL = Pattern.compile("[\\w-]+:[\\w-]+");

  // No pattern has a repeated group, because matching one takes a stack as deep as the text is
  // long.
  private static final List<TokenMistake> ALL =
      List.of(
          of(
              ANY,
              Code.TOKEN_WORD,
              WORD,
              "(?i:true|false|yes|no|unknown|error|blacklisted|granted|denied|kotlin\\.Unit)",
              "[A-Z]+_[A-Z_]*[A-Z]",
              "messaging/[a-z-]+",
              "[a-z][\\w$.]*\\.[A-Z]\\w*(?:Exception|Error)\\b.*",
              "\\w*(?:Exception|Error):\\s.*"),
          of(
              ANY,
              Code.TOKEN_OTHER_KIND,
              "is an address of Expo's push service; send the device's own token, which"
                  + " getDevicePushTokenAsync() gives",
              "Expo\\w*\\[.*"),
          of(
              TEXT_OR_HEX,
              Code.TOKEN_OTHER_KIND,
              "is a URL; the subscription of a browser goes in webPush, with its keys",
              "[A-Za-z][A-Za-z0-9+.-]*://.*"),
          of(
              ANY,
              Code.TOKEN_OTHER_KIND,
              "is a UUID, such as the player id of another push service; send the token that the"
                  + " provider gave",
              "(?i)\\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}?"),
          of(
              ANY,
              Code.TOKEN_OTHER_KIND,
              "is a JSON Web Token, which is a credential; send the token that the provider gave",
              "eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]*"),
          of(
              TEXT,
              Code.TOKEN_OTHER_KIND,
              "consists of hexadecimal digits, as Apple's tokens do; send Apple's token as"
                  + " apnsToken, or ask Firebase Messaging for its token",
              "(?i)<?[0-9a-f][0-9a-f\\s]{14,600}[0-9a-f]>?"),
          of(
              TEXT,
              Code.TOKEN_OTHER_KIND,
              "is the name of a topic; send the token of the device",
              "/topics/.*"),
          of(
              TEXT,
              Code.TOKEN_OTHER_KIND,
              "is a registration id of Amazon's push service, which Rollcall does not use",
              "amzn1\\..*"),
          of(
              ANY,
              Code.TOKEN_PRINTED_OBJECT,
              PRINTED,
              "\\{.*\\}",
              "\\[.*\\]",
              "[\\w.$]+\\(.*\\)",
              "[\\w.$;\\[]+(?:\\{[^}]*\\})?@[0-9a-f]{1,16}",
              "(?:Instance of|Closure:|function\\(|(?:function|async|class)\\s).*"),
          of(TEXT_OR_ENDPOINT, Code.TOKEN_PRINTED_OBJECT, PRINTED, "<.*>"),
          of(ANY, Code.TOKEN_ENCODED, ENCODED, "[\"'`“”‘’«»].*", ".*[\"'`“”‘’«»]"),
          of(
              TEXT_OR_HEX,
              Code.TOKEN_ENCODED,
              ENCODED,
              ".*%[0-9A-Fa-f]{2}.*",
              ".*\\\\.*",
              ".*&(?:#\\d+|#x[0-9A-Fa-f]+|[a-z]{2,6});.*"),
          of(ENDPOINT, Code.TOKEN_ENCODED, ENCODED, "(?i:https?%3A).*"),
          of(TEXT_OR_HEX, Code.TOKEN_SEVERAL, SEVERAL, ".*[,;].*"),
          of(ENDPOINT, Code.TOKEN_SEVERAL, SEVERAL, ".*[,;\\s]https?://.*"),
          of(
              TEXT,
              Code.TOKEN_WORD,
              "is a number; send the token that the provider gave",
              "[+-]?\\d+(?:\\.\\d+)?"),
          of(TEXT, Code.TOKEN_TOO_SHORT, "is a single character; send the whole token", "[!-~]"));

  private static TokenMistake of(Set<Form> forms, Code code, String what, String... patterns) {
    var any =
        Arrays.stream(patterns)
            .map(pattern -> "(?:" + pattern + ")")
            .collect(Collectors.joining("|"));
    return new TokenMistake(forms, Pattern.compile(any, Pattern.DOTALL), code, what);
  }

  /// The mistake in `text`, which was sent as a token of this form.
  static Optional<TokenMistake> in(Form form, String text) {
    if (USUAL.matcher(text).matches()) {
      return Optional.empty();
    }
    return ALL.stream()
        .filter(one -> one.forms.contains(form) && one.pattern.matcher(text).matches())
        .findFirst();
  }
}
