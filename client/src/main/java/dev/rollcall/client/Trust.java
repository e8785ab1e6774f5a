package dev.rollcall.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The certificates that a client trusts instead of the system's.
final class Trust {
  private final X509TrustManager manager;
  private final SSLSocketFactory sockets;

  private Trust(X509TrustManager manager, SSLSocketFactory sockets) {
    this.manager = manager;
    this.sockets = sockets;
  }

  /// Trusts the certificates in a PEM file, and those that they have signed.
  static Trust in(String pem) {
    try {
      var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      var certificates = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
      if (certificates.isEmpty()) {
        throw new CertificateException("there is no certificate in it");
      }
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int i = 0;
      for (var certificate : certificates) {
        store.setCertificateEntry("trusted-" + i++, certificate);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      var manager = x509(factory);
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return new Trust(manager, context.getSocketFactory());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("these are no certificates in PEM: " + e.getMessage(), e);
    }
  }

  private static X509TrustManager x509(TrustManagerFactory factory)
      throws GeneralSecurityException {
    for (var manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager) {
        return (X509TrustManager) manager;
      }
    }
    throw new GeneralSecurityException("this platform has no X509TrustManager");
  }

  X509TrustManager manager() {
    return manager;
  }

  SSLSocketFactory sockets() {
    return sockets;
  }

  /// OkHttp's check, which also rejects every name with a character outside ASCII. This version of
  /// OkHttp folds case in all of Unicode, where the Kelvin sign matches a `k`.
  static HostnameVerifier names(HostnameVerifier ofOkHttp) {
    return (host, session) ->
        isAscii(host) && namesAreAscii(session) && ofOkHttp.verify(host, session);
  }

  private static boolean namesAreAscii(SSLSession session) {
    try {
      var certificate = (X509Certificate) session.getPeerCertificates()[0];
      var names = certificate.getSubjectAlternativeNames();
      return names == null || names.stream().allMatch(Trust::isAscii);
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      return false;
    }
  }

  private static boolean isAscii(Collection<?> name) {
    return name.stream().allMatch(it -> !(it instanceof String) || isAscii((String) it));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(it -> it < 0x80);
  }
}
