package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/// The requests that the SDKs send.
final class RollcallRequests implements Requests {
  private static final String AUTH_TOKEN = "A".repeat(Corpus.AUTH_TOKEN_LENGTH);
  private static final String TOKEN = "T".repeat(Corpus.TOKEN_LENGTH);
  private static final byte[] DONE = "{\"data\":{\"success\":true}}".getBytes(ISO_8859_1);
  private static final byte[] STORED =
      "{\"data\":{\"success\":true,\"revision\":\"".getBytes(ISO_8859_1);
  private static final byte[] LISTS = "{\"data\":{".getBytes(ISO_8859_1);

  private final Corpus corpus;
  private final Template register;
  private final Template list;
  private final Template delete;

  RollcallRequests(Corpus corpus, String app, int port) {
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
    this.register =
        new Template(
            head.formatted("POST", port, app, AUTH_TOKEN), "{\"fcmToken\":\"" + TOKEN + "\"}");
    this.list = new Template(head.formatted("GET", port, app, AUTH_TOKEN), "");
    this.delete = new Template(head.formatted("DELETE", port, app, AUTH_TOKEN), "{\"all\":false}");
  }

  @Override
  public ByteBuffer register(int session, int generation) {
    register.patch(TOKEN, (into, at) -> corpus.token(session, generation, into, at));
    return from(register, session);
  }

  @Override
  public ByteBuffer list(int session) {
    return from(list, session);
  }

  @Override
  public ByteBuffer delete(int session) {
    return from(delete, session);
  }

  private ByteBuffer from(Template template, int session) {
    template.patch(AUTH_TOKEN, (into, at) -> corpus.authToken(session, into, at));
    return template.buffer();
  }

  @Override
  public boolean registered(Answer answer) {
    return answer.status() == 200 && answer.bodyStartsWith(STORED);
  }

  @Override
  public boolean listed(Answer answer, byte[] quoted) {
    return answer.status() == 200 && answer.bodyStartsWith(LISTS) && answer.bodyHolds(quoted);
  }

  @Override
  public boolean deleted(Answer answer) {
    return answer.status() == 200 && answer.bodyIs(DONE);
  }
}
