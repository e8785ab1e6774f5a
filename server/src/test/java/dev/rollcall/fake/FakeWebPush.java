package dev.rollcall.fake;

import dev.rollcall.fake.FakeService.Answer;
import dev.rollcall.fake.FakeService.Got;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Pushes;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A push service with one browser behind it: it lets in whoever signed with the VAPID key that the
/// browser subscribed with (RFC 8292), and decrypts what it gets (RFC 8291).
public final class FakeWebPush implements AutoCloseable {
  private static final Pattern VAPID = Pattern.compile("vapid t=([^,]+), ?k=(.+)");

  /// Its clock is right.
  private static final String NOW =
      DateTimeFormatter.RFC_1123_DATE_TIME.format(Pushes.NOW.atOffset(ZoneOffset.UTC));

  private final KeyPair browser = keyPair();
  private final byte[] auth = "sixteen-bytes-au".getBytes(StandardCharsets.US_ASCII);
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final FakeService service = new FakeService(this::answer);
  private final String applicationServerKey;
  private volatile Answer otherKeys = Answer.of(403);

  public FakeWebPush(String applicationServerKey) {
    this.applicationServerKey = applicationServerKey;
  }

  private static KeyPair keyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer answer(Got request) {
    var answer = answered(request);
    return answer.headers().containsKey("date") ? answer : answer.with("date", NOW);
  }

  private Answer answered(Got request) {
    if (!isOurs(request.headers().getOrDefault("authorization", ""))) {
      return otherKeys;
    }
    if (!request.headers().containsKey("ttl")) {
      return Answer.of(400);
    }
    return answers.getOrDefault(
        request.path(), Answer.of(201).with("location", "/message/" + service.got().size()));
  }

  private boolean isOurs(String authorization) {
    var parts = VAPID.matcher(authorization);
    return parts.matches()
        && parts.group(2).equals(applicationServerKey)
        && audience(parts.group(1)).equals(origin())
        && isSigned(parts.group(1));
  }

  private static String audience(String jwt) {
    var claims = new String(bytes(jwt.split("\\.")[1]), StandardCharsets.UTF_8);
    return JsonObject.parse(claims).orElseThrow().string("aud").orElse("");
  }

  private boolean isSigned(String jwt) {
    try {
      var dot = jwt.lastIndexOf('.');
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(point(bytes(applicationServerKey)));
      signature.update(jwt.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(bytes(jwt.substring(dot + 1)));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private String origin() {
    return "https://localhost:" + service.port();
  }

  public URI endpoint(String path) {
    return URI.create(origin() + path);
  }

  /// The subscription that the browser hands out.
  public Address.WebPush subscription(String path) {
    return new Address.WebPush(
        endpoint(path).toString(), text(point((ECPublicKey) browser.getPublic())), text(auth));
  }

  /// What a push to `path` is answered from now on.
  public void setAnswer(String path, Answer answer) {
    answers.put(path, answer);
  }

  /// What a push that is signed with another key is answered from now on.
  public void tellOtherKeys(Answer answer) {
    otherKeys = answer;
  }

  public List<Got> got() {
    return service.got();
  }

  /// The last push as the browser's service worker sees it.
  public String lastMessage() {
    return read(service.last());
  }

  /// All pushes, as the browser's service worker sees them.
  public List<String> messages() {
    return service.got().stream().map(this::read).toList();
  }

  /// The pushes to `path`, as the browser's service worker sees them.
  public List<String> messages(String path) {
    return service.got().stream().filter(one -> one.path().equals(path)).map(this::read).toList();
  }

  private String read(Got push) {
    var publicKey = point((ECPublicKey) browser.getPublic());
    return decrypt(push.body(), browser.getPrivate(), publicKey, auth);
  }

  public int port() {
    return service.port();
  }

  /// RFC 8291, section 3.4, from the other side.
  public static String decrypt(byte[] body, PrivateKey browser, byte[] browserPoint, byte[] auth) {
    try {
      var in = ByteBuffer.wrap(body);
      var salt = take(in, 16);
      in.getInt();
      var senderPoint = take(in, in.get());
      var agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(browser);
      agreement.doPhase(point(senderPoint), true);
      var hkdf = KDF.getInstance("HKDF-SHA256");
      var info =
          ByteBuffer.allocate(14 + 2 * 65)
              .put("WebPush: info\0".getBytes(StandardCharsets.US_ASCII))
              .put(browserPoint)
              .put(senderPoint)
              .array();
      var secret = derive(hkdf, auth, agreement.generateSecret(), info, 32);
      var key = derive(hkdf, salt, secret, ascii("Content-Encoding: aes128gcm\0"), 16);
      var nonce = derive(hkdf, salt, secret, ascii("Content-Encoding: nonce\0"), 12);
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      return unpadded(cipher.doFinal(take(in, in.remaining())));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not encrypted for this browser", e);
    }
  }

  private static byte[] derive(KDF hkdf, byte[] salt, byte[] secret, byte[] info, int length)
      throws GeneralSecurityException {
    return hkdf.deriveData(
        HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(secret).thenExpand(info, length));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] take(ByteBuffer in, int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  // The last record ends with a 2 and any number of zeros.
  private static String unpadded(byte[] padded) {
    var end = padded.length - 1;
    while (padded[end] == 0) {
      end--;
    }
    if (padded[end] != 2) {
      throw new IllegalArgumentException("no delimiter");
    }
    return new String(padded, 0, end, StandardCharsets.UTF_8);
  }

  public static PublicKey point(byte[] uncompressed) throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    var at =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(uncompressed, 1, 33)),
            new BigInteger(1, Arrays.copyOfRange(uncompressed, 33, 65)));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(at, parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] point(ECPublicKey key) {
    var out = ByteBuffer.allocate(65).put((byte) 4);
    for (var number : List.of(key.getW().getAffineX(), key.getW().getAffineY())) {
      var bytes = number.toByteArray();
      var length = Math.min(32, bytes.length);
      out.put(new byte[32 - length]).put(bytes, bytes.length - length, length);
    }
    return out.array();
  }

  private static byte[] bytes(String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    service.close();
  }
}
