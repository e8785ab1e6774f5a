package dev.rollcall.start;

import dev.rollcall.config.Config;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate for HTTPS: the operator's, or a generated one for development.
public final class Certificates {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final String ALIAS = "dev";

  private Certificates() {}

  public static Tls tls(Optional<Config.Certificate> configured, Path data) {
    var files = configured.orElseGet(() -> development(data));
    try {
      var keys =
          Keys.builder()
              .pem(
                  pem ->
                      pem.key(Resource.create(files.key()))
                          .certChain(Resource.create(files.chain())))
              .build();
      var chain = keys.certChain().toArray(X509Certificate[]::new);
      if (chain.length == 0) {
        throw new GeneralSecurityException("there is no certificate in it");
      }
      if (configured.isPresent()) {
        requireMatch(keys.privateKey().orElseThrow(), chain[0]);
      }
      return tls(keys.privateKey().orElseThrow(), chain);
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new StartException(
          "The certificate "
              + files.chain()
              + " and its key "
              + files.key()
              + " cannot be used: "
              + String.valueOf(e.getMessage()).replaceFirst("\\.$", "")
              + ". Both must be PEM, and the key PKCS#8 without a password (openssl pkcs8 -topk8"
              + " -nocrypt)",
          e);
    }
  }

  private static Tls tls(PrivateKey key, X509Certificate[] chain)
      throws GeneralSecurityException, IOException {
    // Not PKCS12: it derives a key from the password with ten thousand rounds, to protect data that
    // never leaves the memory.
    var store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setKeyEntry("https", key, new char[0], chain);
    var keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    // Clients show no certificates, so the server needs no trusted ones.
    context.init(keys.getKeyManagers(), new TrustManager[0], null);
    return Tls.builder().sslContext(context).build();
  }

  private static void requireMatch(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    var signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> key.getAlgorithm();
            });
    var data = certificate.getEncoded();
    signature.initSign(key);
    signature.update(data);
    var signed = signature.sign();
    if (certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      signature.initVerify(certificate.getPublicKey());
      signature.update(data);
      if (signature.verify(signed)) {
        return;
      }
    }
    throw new GeneralSecurityException("the key is not the certificate's");
  }

  /// A self-signed certificate for `localhost` and `*.localhost`, generated once and then kept.
  private static Config.Certificate development(Path data) {
    var files = developmentIn(data);
    if (!Files.exists(files.chain()) || !Files.exists(files.key())) {
      generate(files);
    }
    log.atWarn()
        .addKeyValue("certificate", files.chain())
        .log("serving HTTPS with a self-signed certificate, for development only");
    return files;
  }

  public static Config.Certificate developmentIn(Path data) {
    return new Config.Certificate(data.resolve("dev-cert.pem"), data.resolve("dev-key.pem"));
  }

  private static void generate(Config.Certificate files) {
    try {
      var folder = Files.createTempDirectory("rollcall-certificate");
      var store = folder.resolve("dev.p12");
      try {
        var password = UUID.randomUUID().toString();
        keytool(store, password);
        export(store, password, files);
      } finally {
        Files.deleteIfExists(store);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException(
          "A certificate for development cannot be generated: "
              + e.getMessage()
              + ". Give one with --tls-cert and --tls-key",
          e);
    }
  }

  // The JDK has no API that generates certificates, but its `keytool` does.
  private static void keytool(Path store, String password) throws IOException {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-validity",
                    "3650",
                    "-dname",
                    "CN=localhost, O=Rollcall development",
                    "-ext",
                    "san=dns:localhost,dns:*.localhost,ip:127.0.0.1,ip:::1",
                    "-ext",
                    "eku=serverAuth",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass:env",
                    "STORE_PASSWORD",
                    // keytool runs only for a moment, so its start must be fast.
                    "-J-XX:TieredStopAtLevel=1"))
            .redirectErrorStream(true);
    process.environment().put("STORE_PASSWORD", password);
    var running = process.start();
    var output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (running.waitFor() != 0) {
        throw new IOException("keytool failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }

  private static void export(Path store, String password, Config.Certificate files)
      throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
    var key = keys.getKey(ALIAS, password.toCharArray());
    Files.deleteIfExists(files.key());
    Files.createFile(
        files.key(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(files.key(), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(files.chain(), pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
  }

  private static String pem(String what, byte[] bytes) {
    var base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, base64.encodeToString(bytes), what);
  }
}
