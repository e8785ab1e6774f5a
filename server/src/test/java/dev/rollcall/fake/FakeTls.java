package dev.rollcall.fake;

import dev.rollcall.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// One certificate for `localhost` that all doubles show, and a client's side that trusts it alone.
public final class FakeTls {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String NAME = "double";

  /// Made once for all tests, since `keytool` takes its time.
  public static final FakeTls ONE = make();

  private final KeyStore keys;
  private final SSLContext server;
  private final SSLContext client;

  private FakeTls(KeyStore keys, SSLContext server, SSLContext client) {
    this.keys = keys;
    this.server = server;
    this.client = client;
  }

  private static FakeTls make() {
    try {
      var folder = Files.createTempDirectory("rollcall-double");
      var files = TestCertificate.make(folder, NAME, "EC");
      var keys = KeyStore.getInstance(folder.resolve(NAME + ".p12").toFile(), PASSWORD);
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      var server = SSLContext.getInstance("TLS");
      server.init(managers.getKeyManagers(), null, null);
      var made = new FakeTls(keys, server, TestCertificate.trusting(files.chain()));
      delete(folder);
      return made;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate for the doubles", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  public SSLContext server() {
    return server;
  }

  public SSLContext client() {
    return client;
  }

  public X509Certificate certificate() {
    try {
      return (X509Certificate) keys.getCertificate(NAME);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public PrivateKey key() {
    try {
      return (PrivateKey) keys.getKey(NAME, PASSWORD);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
