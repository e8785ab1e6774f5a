package dev.rollcall.provider.webpush;

import com.zerodeplibs.webpush.VAPIDKeyPair;
import com.zerodeplibs.webpush.VAPIDKeyPairs;
import com.zerodeplibs.webpush.key.PrivateKeySources;
import com.zerodeplibs.webpush.key.PublicKeySources;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// The key pair that identifies an app to push services (RFC 8292).
///
/// Its text form is the usual one: base64url of the uncompressed point and of the 32 bytes of the
/// private number.
public final class VapidKeys {
  private static final int COORDINATE = 32;
  private static final byte UNCOMPRESSED = 4;

  private final ECPublicKey publicKey;
  private final ECPrivateKey privateKey;

  private VapidKeys(ECPublicKey publicKey, ECPrivateKey privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  public static VapidKeys generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      return new VapidKeys((ECPublicKey) pair.getPublic(), (ECPrivateKey) pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no P-256 in this JDK", e);
    }
  }

  /// Refuses a pair whose halves do not belong together.
  public static VapidKeys read(String publicKey, Secret privateKey) throws CredentialException {
    var pair = new VapidKeys(VapidText.publicKey(publicKey), VapidText.privateKey(privateKey));
    try {
      pair.requireMatch();
    } catch (GeneralSecurityException e) {
      throw new CredentialException(
          "publicKey and privateKey are not a pair; send two keys that were made together");
    }
    return pair;
  }

  private void requireMatch() throws GeneralSecurityException {
    var data = new byte[] {1};
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(privateKey);
    signature.update(data);
    var signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(data);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("not a pair");
    }
  }

  /// The value of `applicationServerKey` in a browser.
  public String publicKey() {
    var point = publicKey.getW();
    var bytes = new byte[1 + 2 * COORDINATE];
    bytes[0] = UNCOMPRESSED;
    put(point.getAffineX(), bytes, 1);
    put(point.getAffineY(), bytes, 1 + COORDINATE);
    return text(bytes);
  }

  public Secret privateKey() {
    var bytes = new byte[COORDINATE];
    put(privateKey.getS(), bytes, 0);
    return new Secret(text(bytes));
  }

  private static void put(BigInteger number, byte[] bytes, int at) {
    var all = number.toByteArray();
    var length = Math.min(all.length, COORDINATE);
    System.arraycopy(all, all.length - length, bytes, at + COORDINATE - length, length);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  ECPrivateKey ecPrivateKey() {
    return privateKey;
  }

  VAPIDKeyPair signing() {
    return VAPIDKeyPairs.of(
        PrivateKeySources.ofECPrivateKey(privateKey), PublicKeySources.ofECPublicKey(publicKey));
  }

  @Override
  public String toString() {
    return "[VAPID keys]";
  }
}
