package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/// The two requests that the SDKs send, built once; what differs from one to the next is patched
/// into their bytes. One connection's own.
final class Requests {
  private static final String AUTH_TOKEN = "A".repeat(Corpus.AUTH_TOKEN_LENGTH);
  private static final String TOKEN = "T".repeat(Corpus.TOKEN_LENGTH);

  private final Corpus corpus;
  private final Template register;
  private final Template list;

  Requests(Corpus corpus, String app, int port) {
    this.corpus = corpus;
    var head =
        """
        %s /v2/tokens HTTP/1.1
        Host: localhost:%d
        Accept: application/json
        Content-Type: application/json
        appId: %s
        authToken: %s
        resource: ANDROID-4_0_10-6f1b2a52-1f0e-4bb3-9d6e-0c8a1f7a8f25-1764000000000
        sdk: android@4.0.10
        chatApiVersion: v3.0
        """;
    var body = "{\"fcmToken\":\"" + TOKEN + "\"}";
    this.register =
        new Template(
            head.formatted("POST", port, app, AUTH_TOKEN)
                + "Content-Length: %d\n\n".formatted(body.length()),
            body);
    this.list = new Template(head.formatted("GET", port, app, AUTH_TOKEN) + "\n", "");
  }

  ByteBuffer register(int session, int generation) {
    corpus.token(session, generation, register.bytes, register.token);
    return register.of(corpus, session);
  }

  ByteBuffer list(int session) {
    return list.of(corpus, session);
  }

  private static final class Template {
    private final byte[] bytes;
    private final int authToken;
    private final int token;
    private final ByteBuffer buffer;

    Template(String head, String body) {
      var text = head.replace("\n", "\r\n") + body;
      this.bytes = text.getBytes(ISO_8859_1);
      this.authToken = text.indexOf(AUTH_TOKEN);
      this.token = text.indexOf(TOKEN);
      this.buffer = ByteBuffer.allocateDirect(bytes.length);
    }

    ByteBuffer of(Corpus corpus, int session) {
      corpus.authToken(session, bytes, authToken);
      return buffer.clear().put(bytes).flip();
    }
  }
}
