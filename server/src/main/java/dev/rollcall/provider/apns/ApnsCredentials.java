package dev.rollcall.provider.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.KeyField;
import dev.rollcall.secret.PrivateKeys;
import dev.rollcall.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The credentials for APNs and the bundle id of the app: a key (`.p8`) or a certificate (`.p12`).
public sealed interface ApnsCredentials {
  String VOIP = ".voip";

  KeyField P8 =
      new KeyField(
          "key",
          "the text of the .p8 file that Apple issues under Certificates, Identifiers & Profiles,"
              + " Keys");

  /// The app's bundle id, which is the topic of its alerts.
  String bundleId();

  record Key(String bundleId, ApnsSigningKey signing) implements ApnsCredentials {
    @Override
    public String toString() {
      return "[APNs key for " + bundleId + "]";
    }
  }

  record Certificate(String bundleId, X509Certificate certificate, PrivateKey key)
      implements ApnsCredentials {
    @Override
    public String toString() {
      return "[APNs certificate for " + bundleId + "]";
    }
  }

  /// Parses the key, so that one that cannot sign is refused now and not at the first push.
  static Key key(String bundleId, String teamId, String keyId, Secret p8)
      throws CredentialException {
    requireTenCharacters("teamId", teamId);
    requireTenCharacters("keyId", keyId);
    var key = PrivateKeys.p256(P8, p8);
    try {
      return new Key(bundle(bundleId), new ApnsSigningKey(keyId, teamId, key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with P-256", e);
    }
  }

  private static void requireTenCharacters(String name, String id) throws CredentialException {
    if (!id.matches("[A-Z0-9]{10}")) {
      throw new CredentialException(name + " must have ten capital letters and digits");
    }
  }

  static Certificate certificate(String bundleId, byte[] p12, Secret password)
      throws CredentialException {
    var bundle = bundle(bundleId);
    try (var file = new ByteArrayInputStream(p12)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(file, password.value().toCharArray());
      for (var alias : aliases(store)) {
        if (store.getKey(alias, password.value().toCharArray()) instanceof PrivateKey key
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          return new Certificate(bundle, certificate, key);
        }
      }
      throw new CredentialException("the PKCS#12 file has no certificate with its private key");
    } catch (IOException | GeneralSecurityException e) {
      throw new CredentialException("the PKCS#12 file or its password is wrong", e);
    }
  }

  private static List<String> aliases(KeyStore store) throws GeneralSecurityException {
    return new ArrayList<>(Collections.list(store.aliases()));
  }

  private static String bundle(String bundleId) throws CredentialException {
    var bare = bundleId.strip();
    while (bare.endsWith(VOIP)) {
      bare = bare.substring(0, bare.length() - VOIP.length());
    }
    return Optional.of(bare)
        .filter(it -> Pattern.matches("[A-Za-z0-9.-]{1,155}", it))
        .orElseThrow(
            () -> new CredentialException("bundleId must be as in Xcode: com.example.app"));
  }
}
