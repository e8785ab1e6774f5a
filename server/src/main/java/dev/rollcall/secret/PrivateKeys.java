package dev.rollcall.secret;

import dev.rollcall.secret.Der.NotDer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;

/// Reads private keys in the forms in which they reach a server: PEM, also with `\n` for line
/// breaks, in quotes or without its first line; the base64 of a PEM file; PKCS#8, PKCS#1 and SEC1.
///
/// It repairs only what has one possible meaning. Otherwise the message names the cause; it never
/// contains a part of the key.
public final class PrivateKeys {
  private static final String RSA = "2a864886f70d010101";
  private static final String EC = "2a8648ce3d0201";
  private static final String P_256 = "2a8648ce3d030107";
  private static final Map<String, String> OTHER_CURVES =
      Map.of("2b81040022", "P-384", "2b81040023", "P-521", "2b8104000a", "secp256k1");

  private static final int P_256_BYTES = 32;

  private final KeyField field;

  private PrivateKeys(KeyField field) {
    this.field = field;
  }

  /// Reads a key that signs with ES256.
  public static ECPrivateKey p256(KeyField field, Secret text) throws CredentialException {
    return switch (new PrivateKeys(field).read(text)) {
      case ECPrivateKey key -> key;
      default -> throw field.problem("is an RSA key, and must be an EC key on the curve P-256");
    };
  }

  /// Reads a key that signs with RS256.
  public static RSAPrivateKey rsa(KeyField field, Secret text) throws CredentialException {
    return switch (new PrivateKeys(field).read(text)) {
      case RSAPrivateKey key -> key;
      default -> throw field.problem("is an EC key, and must be an RSA key");
    };
  }

  private PrivateKey read(Secret text) throws CredentialException {
    var parts = parts(new Pem(field).read(text.value()));
    try {
      return key(parts);
    } catch (NotDer | GeneralSecurityException e) {
      // The exception may quote the key.
      throw notAKey();
    }
  }

  private List<Der> parts(byte[] bytes) throws CredentialException {
    try {
      return Der.read(bytes).parts();
    } catch (NotDer e) {
      throw e.length() > bytes.length && bytes[0] == Der.SEQUENCE
          ? field.problem("is cut off: it has %d of %d bytes".formatted(bytes.length, e.length()))
          : notAKey();
    }
  }

  private CredentialException notAKey() {
    return field.problem("is not a private key in PKCS#8, PKCS#1 or SEC1");
  }

  private PrivateKey key(List<Der> parts)
      throws CredentialException, NotDer, GeneralSecurityException {
    if (parts.size() < 2) {
      throw notAKey();
    }
    // All forms of a private key begin with a version.
    if (parts.getFirst().tag() != Der.INTEGER) {
      throw notPrivate(parts);
    }
    return versioned(parts);
  }

  private PrivateKey versioned(List<Der> parts)
      throws CredentialException, NotDer, GeneralSecurityException {
    var second = parts.get(1);
    return switch (second.tag()) {
      case Der.SEQUENCE -> pkcs8(parts);
      case Der.INTEGER ->
          generate(
              "RSA",
              Der.sequence(Der.objectIdentifier(RSA), new Der(Der.NULL, new byte[0])),
              wrapped(parts));
      case Der.OCTET_STRING ->
          generate("EC", Der.sequence(Der.objectIdentifier(EC), sec1Curve(parts)), wrapped(parts));
      default -> throw notAKey();
    };
  }

  private PrivateKey pkcs8(List<Der> parts)
      throws CredentialException, NotDer, GeneralSecurityException {
    if (parts.size() < 3 || parts.get(2).tag() != Der.OCTET_STRING) {
      throw field.problem("is not a private key; perhaps it is a .p12 file");
    }
    var algorithm = parts.get(1).parts();
    return switch (algorithm.isEmpty() ? "" : algorithm.getFirst().hex()) {
      case RSA -> generate("RSA", parts.get(1), parts.get(2));
      case EC -> {
        requireP256(algorithm.getLast());
        yield generate("EC", parts.get(1), parts.get(2));
      }
      default -> throw field.problem("is neither an RSA key nor an EC key");
    };
  }

  /// SEC1 may leave out the curve; then the size of the number decides.
  private Der sec1Curve(List<Der> parts) throws CredentialException, NotDer {
    for (var part : parts) {
      if (part.tag() == Der.PARAMETERS) {
        var curve = Der.read(part.content());
        requireP256(curve);
        return curve;
      }
    }
    if (parts.get(1).content().length != P_256_BYTES) {
      throw otherCurve("an unknown curve");
    }
    return Der.objectIdentifier(P_256);
  }

  private void requireP256(Der curve) throws CredentialException {
    if (curve.tag() != Der.OBJECT_IDENTIFIER || !curve.hex().equals(P_256)) {
      var name = OTHER_CURVES.get(curve.hex());
      throw otherCurve(name == null ? "an unknown curve" : "the curve " + name);
    }
  }

  private CredentialException otherCurve(String curve) {
    return field.problem("is an EC key on " + curve + ", and must be one on the curve P-256");
  }

  private static Der wrapped(List<Der> parts) {
    return new Der(Der.OCTET_STRING, Der.sequence(parts.toArray(Der[]::new)).bytes());
  }

  private static PrivateKey generate(String algorithm, Der identifier, Der key)
      throws GeneralSecurityException {
    var pkcs8 = Der.sequence(Der.integer(0), identifier, key).bytes();
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private CredentialException notPrivate(List<Der> parts) {
    return switch (parts.get(1).tag()) {
      case Der.OCTET_STRING -> field.encrypted();
      case Der.BIT_STRING -> field.problem("is a public key");
      default -> notAKey();
    };
  }
}
