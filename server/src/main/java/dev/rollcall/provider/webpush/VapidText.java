package dev.rollcall.provider.webpush;

import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.KeyField;
import dev.rollcall.secret.PastedText;
import dev.rollcall.secret.PrivateKeys;
import dev.rollcall.secret.Secret;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// Reads the halves of a VAPID key pair: the bare point and number in base64url, as browsers and most
/// tools write them, or in base64, or PEM.
final class VapidText {
  private static final int COORDINATE = 32;
  private static final int POINT = 2 * COORDINATE;
  private static final byte UNCOMPRESSED = 4;

  /// The first byte of a key in DER.
  private static final byte SEQUENCE = 0x30;

  private static final KeyField PRIVATE =
      new KeyField("privateKey", "the private key of the VAPID key pair: 32 bytes in base64url");

  private static final String BOTH =
      "; send publicKey (65 bytes) and privateKey (32 bytes) of one VAPID key pair in base64url, or"
          + " generate: true for a new pair";

  private VapidText() {}

  static ECPublicKey publicKey(String text) throws CredentialException {
    if (text.isBlank()) {
      throw new CredentialException("publicKey is missing" + BOTH);
    }
    if (text.contains("PRIVATE KEY")) {
      throw new CredentialException("publicKey is a private key" + BOTH);
    }
    var bytes = bytes("publicKey", text.replaceAll("-+(BEGIN|END) PUBLIC KEY-+", ""));
    try {
      return bytes.length > 1 + POINT && bytes[0] == SEQUENCE
          ? (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes))
          : point(bytes);
    } catch (GeneralSecurityException e) {
      throw new CredentialException("publicKey is not a public key on P-256" + BOTH);
    }
  }

  private static ECPublicKey point(byte[] bytes)
      throws CredentialException, GeneralSecurityException {
    // Without its first byte, the point is still complete.
    int start = bytes.length - POINT;
    boolean isPoint = start == 0 || (start == 1 && bytes[0] == UNCOMPRESSED);
    if (!isPoint) {
      throw new CredentialException(
          "publicKey has "
              + bytes.length
              + " bytes and must have 65"
              + (bytes.length == 1 + COORDINATE ? "; it is compressed" : "")
              + BOTH);
    }
    var point =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(bytes, start, start + COORDINATE)),
            new BigInteger(1, Arrays.copyOfRange(bytes, start + COORDINATE, bytes.length)));
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve()));
  }

  static ECPrivateKey privateKey(Secret secret) throws CredentialException {
    var text = secret.value();
    if (text.isBlank()) {
      throw new CredentialException("privateKey is missing" + BOTH);
    }
    if (text.contains("BEGIN")) {
      return PrivateKeys.p256(PRIVATE, secret);
    }
    var bytes = bytes("privateKey", text);
    return isBare(bytes) ? number(bytes) : PrivateKeys.p256(PRIVATE, secret);
  }

  /// Whether the bytes are a number, or a point in the wrong field, and not a whole file.
  private static boolean isBare(byte[] bytes) {
    return bytes.length <= 1 + COORDINATE || bytes.length == POINT || bytes.length == 1 + POINT;
  }

  /// Some tools drop leading zeros of the number, and some add one. That the keys are a pair shows
  /// that nothing else is missing.
  private static ECPrivateKey number(byte[] bytes) throws CredentialException {
    var number = new BigInteger(1, bytes);
    if (number.bitLength() > COORDINATE * Byte.SIZE) {
      throw new CredentialException(
          "privateKey has "
              + bytes.length
              + " bytes and must have 32"
              + (bytes.length == 1 + POINT ? "; it is a public key" : "")
              + BOTH);
    }
    try {
      var curve = curve();
      if (number.signum() > 0 && number.compareTo(curve.getOrder()) < 0) {
        return (ECPrivateKey)
            KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, curve));
      }
    } catch (GeneralSecurityException e) {
      // The error is thrown below.
    }
    throw new CredentialException("privateKey is not a private key on P-256" + BOTH);
  }

  private static byte[] bytes(String name, String text) throws CredentialException {
    try {
      return PastedText.base64(text);
    } catch (IllegalArgumentException e) {
      throw new CredentialException(
          name + " is not base64url: it has other characters, or is cut off" + BOTH);
    }
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }
}
