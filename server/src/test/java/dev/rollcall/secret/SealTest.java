package dev.rollcall.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SealTest {
  private final EncryptionKey key = EncryptionKey.random();
  private final Seal seal = new Seal(() -> key);

  private static void refuses(Seal seal, byte[] closed, String place, String says) {
    var refusal = assertThrows(CredentialException.class, () -> seal.decrypt(closed, place));
    assertTrue(String.valueOf(refusal.getMessage()).contains(says), refusal.getMessage());
  }

  @Test
  void aSecretIsDecryptedOnlyWithItsAssociatedData() throws CredentialException {
    var closed = seal.encrypt("Grüße", "here");
    assertEquals("Grüße", seal.decrypt(closed, "here"));
    assertEquals("Grüße", new Seal(() -> key).decrypt(closed, "here"));
    refuses(seal, closed, "there", "belongs to another row");
  }

  @Test
  void itShowsNothingAndNeverTheSameTwice() {
    var closed = seal.encrypt("secret", "here");
    assertFalse(new String(closed, StandardCharsets.ISO_8859_1).contains("secret"));
    assertFalse(Arrays.equals(closed, seal.encrypt("secret", "here")));
  }

  @Test
  void anotherKeyIsNamedAsTheCause() {
    refuses(
        new Seal(EncryptionKey::random),
        seal.encrypt("secret", "here"),
        "here",
        "another ROLLCALL_");
  }

  @Test
  void noByteOfItCanBeChanged() {
    var closed = seal.encrypt("secret", "here");
    for (var i = 0; i < closed.length; i++) {
      var changed = closed.clone();
      changed[i] ^= 1;
      assertThrows(CredentialException.class, () -> seal.decrypt(changed, "here"), "byte " + i);
    }
    for (var length = 0; length < closed.length; length++) {
      var cut = Arrays.copyOf(closed, length);
      assertThrows(CredentialException.class, () -> seal.decrypt(cut, "here"), length + " bytes");
    }
  }
}
