package dev.rollcall.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the DER of a private key in PEM, even if the PEM has lost its line breaks or its first
/// line, or is itself in base64.
final class Pem {
  // Word processors and chats turn two hyphens into a dash.
  private static final String DASH = "[-\\u2010-\\u2015]";

  private static final Pattern BEGIN =
      Pattern.compile(DASH + "+\\s*BEGIN([A-Z0-9\\s]*)" + DASH + "+");
  private static final Pattern END = Pattern.compile(DASH + "{2,}\\s*END|" + DASH + "{5}");

  /// How often a text may be in base64 of a text in base64.
  private static final int NESTED = 3;

  private record Block(String label, String body) {
    boolean isPrivateKey() {
      return label.endsWith("PRIVATEKEY");
    }
  }

  private final KeyField field;

  Pem(KeyField field) {
    this.field = field;
  }

  byte[] read(String text) throws CredentialException {
    return read(text, NESTED);
  }

  private byte[] read(String given, int nested) throws CredentialException {
    var text = PastedText.unescaped(given);
    if (text.isEmpty()) {
      throw field.problem("is empty");
    }
    if (text.startsWith("{")) {
      throw field.problem("is a JSON object and not a key");
    }
    if (text.startsWith("<")) {
      throw field.problem("is XML and not a key");
    }
    var body = body(text);
    var decoded = base64(body);
    if (!isText(decoded)) {
      return decoded;
    }
    if (nested == 0) {
      throw field.problem("is not a private key");
    }
    return read(new String(decoded, StandardCharsets.US_ASCII), nested - 1);
  }

  private String body(String text) throws CredentialException {
    var blocks = blocks(text);
    if (blocks.isEmpty()) {
      return upToEnd(text);
    }
    var key = blocks.stream().filter(Block::isPrivateKey).findFirst();
    if (key.isEmpty()) {
      throw field.problem(
          switch (blocks.getFirst().label()) {
            case "CERTIFICATE" -> "is a certificate without its private key";
            case "PUBLICKEY" -> "is a public key";
            default -> "has no block BEGIN PRIVATE KEY";
          });
    }
    return unencrypted(key.get());
  }

  private String unencrypted(Block key) throws CredentialException {
    if (key.label().startsWith("ENCRYPTED") || key.body().contains("ENCRYPTED")) {
      throw field.encrypted();
    }
    if (key.label().startsWith("OPENSSH")) {
      throw field.problem(
          "is in the format of OpenSSH; 'ssh-keygen -p -m PKCS8 -f FILE' converts a copy of it");
    }
    if (PastedText.trimmed(key.body()).isEmpty()) {
      throw field.problem(
          "has only its first line; what reads the file stops at a line break, so write each line"
              + " break as \\n, or send the base64 of the whole file");
    }
    return key.body();
  }

  private static List<Block> blocks(String text) {
    var begin = BEGIN.matcher(text);
    var blocks = new ArrayList<Block>();
    while (begin.find()) {
      var label = begin.group(1).replaceAll("\\s", "");
      blocks.add(new Block(label, upToEnd(text.substring(begin.end()))));
    }
    return blocks;
  }

  private static String upToEnd(String text) {
    var end = END.matcher(text);
    return end.find() ? text.substring(0, end.start()) : text;
  }

  private byte[] base64(String body) throws CredentialException {
    try {
      return PastedText.base64(body);
    } catch (IllegalArgumentException e) {
      // The exception names a character, which may be part of a key.
      throw field.problem("is not PEM: it has characters that base64 does not have, or is cut off");
    }
  }

  private static boolean isText(byte[] bytes) {
    for (var one : bytes) {
      if (one < ' ' && one != '\n' && one != '\r' && one != '\t') {
        return false;
      }
    }
    return true;
  }
}
