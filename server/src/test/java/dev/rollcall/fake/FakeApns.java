package dev.rollcall.fake;

import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One of Apple's environments, as far as it answers: pushy's own double knows no more reasons than
/// pushy does. That one checks signatures; this one takes any that it was not told to call expired.
public final class FakeApns implements AutoCloseable {
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, Answer> toldOnce = new ConcurrentHashMap<>();
  private final Map<String, Runnable> beforeAnswer = new ConcurrentHashMap<>();
  private final Set<String> expired = ConcurrentHashMap.newKeySet();
  private final FakeService service;
  private volatile boolean everythingExpires;

  public FakeApns() {
    this(0);
  }

  public FakeApns(int port) {
    this.service = new FakeService(port, this::answer);
  }

  private Answer answer(Got request) {
    var accessToken = request.headers().getOrDefault("authorization", "");
    if (everythingExpires || expired.contains(accessToken)) {
      return error(403, "ExpiredProviderToken", null);
    }
    var token = request.path().substring("/3/device/".length());
    var before = beforeAnswer.remove(token);
    if (before != null) {
      before.run();
    }
    var once = toldOnce.remove(token);
    return (once != null ? once : answers.getOrDefault(token, Answer.of(200)))
        .with("apns-id", request.headers().getOrDefault("apns-id", ""));
  }

  public static Answer error(int status, String reason, @Nullable Instant timestamp) {
    return Answer.json(
        status,
        timestamp == null
            ? "{\"reason\":\"" + reason + "\"}"
            : "{\"reason\":\"" + reason + "\",\"timestamp\":" + timestamp.toEpochMilli() + "}");
  }

  /// The text of a file with a key, as Apple hands one out.
  public static String p8() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
          .formatted("PRIVATE KEY", Base64.getMimeEncoder().encodeToString(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What a push to `token` is answered from now on.
  public void setAnswer(String token, Answer answer) {
    answers.put(token, answer);
  }

  /// What the next push to `token` is answered.
  public void tellOnce(String token, Answer answer) {
    toldOnce.put(token, answer);
  }

  /// What happens when the next push to `token` has come and is not answered yet.
  public void beforeAnswerTo(String token, Runnable event) {
    beforeAnswer.put(token, event);
  }

  /// The provider tokens seen so far are called expired from now on.
  public void expireTokens() {
    expired.addAll(accessTokens());
  }

  public void callEveryTokenExpired() {
    everythingExpires = true;
  }

  /// What came for `token`.
  public List<Got> to(String token) {
    return service.got().stream().filter(one -> one.path().endsWith("/" + token)).toList();
  }

  public List<Got> got() {
    return service.got();
  }

  /// The different provider tokens that were shown.
  public Set<String> accessTokens() {
    return service.got().stream()
        .map(one -> one.headers().getOrDefault("authorization", ""))
        .collect(Collectors.toSet());
  }

  /// Waits until so many have come.
  public boolean await(int count) {
    return service.await(count);
  }

  public int port() {
    return service.port();
  }

  @Override
  public void close() {
    service.close();
  }
}
