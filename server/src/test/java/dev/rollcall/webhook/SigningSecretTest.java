package dev.rollcall.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// Signatures, as others reckon them.
final class SigningSecretTest {
  @Test
  void aSignatureIsThatOfStandardWebhooks() {
    var secret = SigningSecret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aNewSecretHasThirtyTwoBytesAndDoesNotPrintItself() {
    var secret = SigningSecret.random();
    assertNotEquals(secret.text(), SigningSecret.random().text());
    assertTrue(secret.text().startsWith("whsec_"));
    assertEquals(32, Base64.getDecoder().decode(secret.text().substring(6)).length);
    assertEquals(secret.text(), SigningSecret.of(secret.text()).text());
    assertEquals("[signing secret]", secret.toString());
  }
}
