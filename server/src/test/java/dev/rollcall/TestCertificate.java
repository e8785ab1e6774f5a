package dev.rollcall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A self-signed certificate for `localhost`, and for the names of providers, with its key, in PEM files, as an operator has them.
public record TestCertificate(Path chain, Path key) {
  private static final char[] PASSWORD = "password".toCharArray();

  public static TestCertificate make(Path folder, String name, String algorithm)
      throws IOException, GeneralSecurityException, InterruptedException {
    var store = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            algorithm,
            "-dname",
            "CN=" + name,
            "-ext",
            "san=dns:localhost,dns:push.example,dns:hooks.example,dns:xn--bcher-kva.example,"
                + "dns:oauth2.googleapis.com,dns:fcm.googleapis.com,dns:api.push.apple.com,ip:::1",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD));
    if (keytool.inheritIO().start().waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    return new TestCertificate(
        write(folder.resolve(name + ".crt"), "CERTIFICATE", keys.getCertificate(name).getEncoded()),
        write(
            folder.resolve(name + ".key"),
            "PRIVATE KEY",
            keys.getKey(name, PASSWORD).getEncoded()));
  }

  private static Path write(Path file, String what, byte[] bytes) throws IOException {
    var base64 = Base64.getMimeEncoder().encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
  }

  /// A client's side of TLS that trusts this certificate and no other.
  public static SSLContext trusting(Path chain) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(chain)) {
      var factory = CertificateFactory.getInstance("X.509");
      store.setCertificateEntry("it", factory.generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
