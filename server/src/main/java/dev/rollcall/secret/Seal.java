package dev.rollcall.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts secrets before they are stored, with AES-256-GCM. The row's identity is the additional
/// data, so a ciphertext that was copied to another row cannot be decrypted.
///
/// The stored bytes begin with one byte for the format, four bytes that identify the key, and the
/// nonce.
public final class Seal {
  private static final byte FORMAT = 1;
  private static final int KEY_NAME_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int HEAD_BYTES = 1 + KEY_NAME_BYTES + NONCE_BYTES;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<EncryptionKey> key;

  /// The key is requested only to encrypt or decrypt. If none is configured, `key` throws a
  /// `Problem` that says what to do.
  public Seal(Supplier<EncryptionKey> key) {
    this.key = key;
  }

  private static byte[] newNonce() {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  public byte[] encrypt(String secret, String associatedData) {
    var key = this.key.get();
    var head = ByteBuffer.allocate(HEAD_BYTES).put(FORMAT).put(name(key)).put(newNonce()).array();
    try {
      var ciphertext =
          cipher(Cipher.ENCRYPT_MODE, key, head, associatedData)
              .doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(HEAD_BYTES + ciphertext.length).put(head).put(ciphertext).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /// Decrypts what was encrypted for this place with this key.
  public String decrypt(byte[] ciphertext, String associatedData) throws CredentialException {
    if (ciphertext.length < HEAD_BYTES || ciphertext[0] != FORMAT) {
      throw new CredentialException(
          "the stored secret was encrypted by another version of Rollcall");
    }
    var key = this.key.get();
    var head = Arrays.copyOf(ciphertext, HEAD_BYTES);
    if (!Arrays.equals(name(key), 0, KEY_NAME_BYTES, head, 1, 1 + KEY_NAME_BYTES)) {
      throw new CredentialException(
          "the stored secret was encrypted with another ROLLCALL_ENCRYPTION_KEY; restore it, or"
              + " set the provider, or rotate the webhook's secret, again");
    }
    try {
      var secret =
          cipher(Cipher.DECRYPT_MODE, key, head, associatedData)
              .doFinal(ciphertext, HEAD_BYTES, ciphertext.length - HEAD_BYTES);
      return new String(secret, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new CredentialException(
          "the stored secret was changed or belongs to another row; set the provider, or rotate the"
              + " webhook's secret, again",
          e);
    }
  }

  private static Cipher cipher(int mode, EncryptionKey key, byte[] head, String associatedData)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key.bytes(), "AES"),
        new GCMParameterSpec(TAG_BITS, head, HEAD_BYTES - NONCE_BYTES, NONCE_BYTES));
    cipher.updateAAD(associatedData.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] name(EncryptionKey key) {
    try {
      return Arrays.copyOf(
          MessageDigest.getInstance("SHA-256").digest(key.bytes()), KEY_NAME_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
