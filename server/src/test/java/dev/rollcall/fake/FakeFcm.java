package dev.rollcall.fake;

import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.Pushes;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Google as we know it: an OAuth endpoint that checks the signature of what it is shown, and FCM
/// HTTP v1, which takes only the tokens that were given out there.
public final class FakeFcm implements AutoCloseable {
  public static final String PROJECT = "roll-1";

  /// Its clock is right.
  private static final String NOW =
      DateTimeFormatter.RFC_1123_DATE_TIME.format(Pushes.NOW.atOffset(ZoneOffset.UTC));

  private final KeyPair account = keyPair();
  private final FakeService service = new FakeService(this::answer);
  private final AtomicInteger minted = new AtomicInteger();
  private final AtomicInteger messages = new AtomicInteger();
  private final Set<String> valid = ConcurrentHashMap.newKeySet();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private volatile Answer oauth = Answer.of(200);
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private static KeyPair keyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer answer(Got request) {
    return switch (request.path()) {
      case "/token" -> oauth.status() == 200 ? token(request) : dated(oauth);
      case "/v1/projects/" + PROJECT + "/messages:send" -> message(request);
      default -> Answer.of(404);
    };
  }

  private static Answer dated(Answer answer) {
    return answer.headers().containsKey("date") ? answer : answer.with("date", NOW);
  }

  private Answer token(Got request) {
    var assertion =
        request.text().lines().findFirst().orElse("").replaceFirst(".*assertion=([^&]*).*", "$1");
    if (!isSigned(URLDecoder.decode(assertion, StandardCharsets.UTF_8))) {
      return Answer.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"bad\"}");
    }
    var token = "ya29.double-" + minted.incrementAndGet();
    valid.add(token);
    return Answer.json(
        200, "{\"access_token\":\"" + token + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
  }

  private boolean isSigned(String jwt) {
    try {
      var dot = jwt.lastIndexOf('.');
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(account.getPublic());
      signature.update(jwt.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(jwt.substring(dot + 1)));
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  private Answer message(Got request) {
    awaitGate();
    var bearer = request.headers().getOrDefault("authorization", "");
    if (!valid.contains(bearer.replaceFirst("^Bearer ", ""))) {
      return Answer.json(
          401, "{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\",\"message\":\"no\"}}");
    }
    var message = JsonObject.parse(request.text()).orElseThrow().object("message");
    var target = message.string("token").or(() -> message.string("fid")).orElse("");
    return answers.getOrDefault(target, taken());
  }

  private void awaitGate() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer taken() {
    return Answer.json(
        200, "{\"name\":\"projects/" + PROJECT + "/messages/" + messages.incrementAndGet() + "\"}");
  }

  /// What a send to `token` is answered from now on.
  public void setAnswer(String token, Answer answer) {
    answers.put(token, answer);
  }

  /// Messages that come from now on count as sent, and are not answered before `release`.
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void release() {
    gate.countDown();
  }

  /// What the OAuth endpoint answers from now on; 200 lets it do its work.
  public void setOauthAnswer(Answer answer) {
    oauth = answer;
  }

  /// No OAuth token that was given out is taken any more.
  public void forgetTokens() {
    valid.clear();
  }

  /// An error as FCM writes it, with its own code in the details.
  public static Answer error(int status, String code) {
    return Answer.json(
        status,
        """
        {"error":{"code":%d,"message":"UNREGISTERED, some sentence","status":"SOMETHING","details":[
          {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"%s"}]}}
        """
            .formatted(status, code));
  }

  /// Waits until so many messages have come, beside what the OAuth endpoint was asked.
  public boolean await(int messages) {
    return service.await(messages + minted.get());
  }

  public int minted() {
    return minted.get();
  }

  public static Answer accepted() {
    return Answer.json(200, "{\"name\":\"projects/" + PROJECT + "/messages/again\"}");
  }

  /// The messages that came for `token`.
  public List<Got> to(String token) {
    return sent().stream().filter(one -> one.text().contains('"' + token + '"')).toList();
  }

  public List<Got> sent() {
    return service.got().stream().filter(one -> !one.path().equals("/token")).toList();
  }

  public URI address() {
    return URI.create("https://localhost:" + service.port());
  }

  public URI tokenAddress() {
    return address().resolve("/token");
  }

  /// The file that Google would hand out for the service account.
  public String serviceAccount() {
    return JsonObject.of(
            "type",
            "service_account",
            "project_id",
            PROJECT,
            "private_key_id",
            "key-1",
            "private_key",
            pem(),
            "client_email",
            "push@" + PROJECT + ".iam.gserviceaccount.com",
            "client_id",
            "1",
            "token_uri",
            tokenAddress().toString())
        .text();
  }

  private String pem() {
    var base64 = Base64.getMimeEncoder().encodeToString(account.getPrivate().getEncoded());
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted("PRIVATE KEY", base64);
  }

  @Override
  public void close() {
    release();
    service.close();
  }
}
