package dev.rollcall.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/// The same requests as Parse Server's REST interface has them: a session is an installation.
final class ParseRequests implements Requests {
  private static final String TOKEN = "T".repeat(Corpus.TOKEN_LENGTH);
  private static final String INSTALLATION = "I".repeat(Corpus.INSTALLATION_ID_LENGTH);
  private static final String OBJECT = "O".repeat(Corpus.OBJECT_ID_LENGTH);
  private static final String UID = "U".repeat(Corpus.UID_LENGTH);
  private static final byte[] UPDATED = "{\"updatedAt\":\"".getBytes(ISO_8859_1);
  private static final byte[] RESULTS = "{\"results\":[{".getBytes(ISO_8859_1);
  private static final byte[] EMPTY = "{}".getBytes(ISO_8859_1);

  private final Corpus corpus;
  private final Template register;
  private final Template list;
  private final Template delete;

  ParseRequests(Corpus corpus, String app, int port) {
    this.corpus = corpus;
    var head =
        """
        %s /parse/installations%s HTTP/1.1
        Host: localhost:%d
        Accept: application/json
        Content-Type: application/json
        X-Parse-Application-Id: %s
        X-Parse-%s
        """;
    var client = "REST-API-Key: bench-rest-key";
    var backEnd = "Master-Key: bench-master-key";
    this.register =
        new Template(
            head.formatted("POST", "", port, app, client),
            """
            {"deviceType":"android","pushType":"gcm","deviceToken":"%s","installationId":"%s"}\
            """
                .formatted(TOKEN, INSTALLATION));
    var where = "?where=%7B%22userId%22%3A%22" + UID + "%22%7D";
    this.list = new Template(head.formatted("GET", where, port, app, backEnd), "");
    this.delete = new Template(head.formatted("DELETE", "/" + OBJECT, port, app, backEnd), "");
  }

  @Override
  public ByteBuffer register(int session, int generation) {
    register.patch(TOKEN, (into, at) -> corpus.token(session, generation, into, at));
    register.patch(INSTALLATION, (into, at) -> corpus.installationId(session, into, at));
    return register.buffer();
  }

  @Override
  public ByteBuffer list(int session) {
    list.patch(UID, (into, at) -> corpus.uid(corpus.userOf(session), into, at));
    return list.buffer();
  }

  @Override
  public ByteBuffer delete(int session) {
    delete.patch(OBJECT, (into, at) -> corpus.objectId(session, into, at));
    return delete.buffer();
  }

  /// The installations are already present, so each registration updates one.
  @Override
  public boolean registered(Answer answer) {
    return answer.status() == 200 && answer.bodyStartsWith(UPDATED);
  }

  @Override
  public boolean listed(Answer answer, byte[] quoted) {
    return answer.status() == 200 && answer.bodyStartsWith(RESULTS) && answer.bodyHolds(quoted);
  }

  @Override
  public boolean deleted(Answer answer) {
    return answer.status() == 200 && answer.bodyIs(EMPTY);
  }
}
