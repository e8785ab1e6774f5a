package dev.rollcall;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Strangers who open more connections, and send more, than the heap of the launcher has room for.
/// The server must live, and let honest clients in, meanwhile and afterwards.
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FloodTest {
  private static final int MANY = 1_200;
  private static final String APP = "flooded";
  private static final String API_KEY = "the-api-key";
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String LIVE = "GET /health/live" + HOST;
  private static final String REGISTER = "POST /v2/tokens" + HOST;
  private static final String NOTIFY = "POST /v1/notifications" + HOST;

  @TempDir private static Path data;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static ServerProcess server;
  private static String authToken;
  private static int registrations;

  private final Queue<Socket> idleSockets = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server =
        ServerProcess.startAsShipped(
            data, "--app-id=" + APP, "--auth-key=the-auth-key", "--api-key=" + API_KEY);
    backEnd("/v3/users", "{\"uid\":\"honest\",\"name\":\"Honest\"}");
    var login = backEnd("/v3/users/honest/auth_tokens", "{}");
    authToken = Json.MAPPER.readTree(login.body()).at("/data/authToken").stringValue();
  }

  @AfterAll
  static void stop() throws IOException {
    CLIENT.close();
    server.close();
  }

  private static HttpResponse<String> backEnd(String path, String body)
      throws IOException, InterruptedException {
    var answer =
        CLIENT.send(
            request(path).header("apiKey", API_KEY).POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer;
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.httpPort() + path))
        .timeout(Duration.ofSeconds(60))
        .header("appId", APP);
  }

  @Test
  void halfBodies() throws Exception {
    flood(MANY, REGISTER + "Content-Length: 65536\r\n\r\n" + "x".repeat(65_000));
  }

  @Test
  void halfBodiesInOneChunkOrInMany() throws Exception {
    var chunked = REGISTER + "Transfer-Encoding: chunked\r\n\r\n";
    flood(MANY / 2, chunked + "fff0\r\n" + "x".repeat(65_000));
    flood(MANY / 2, chunked + "8\r\n12345678\r\n".repeat(8_000));
  }

  @Test
  void halfBodiesOfAMegabyte() throws Exception {
    flood(300, NOTIFY + "Content-Length: 1048576\r\n\r\n" + "x".repeat(1_048_000));
  }

  @Test
  void bodiesThatAreSmallUntilTheyAreParsed() throws Exception {
    var lists = "{\"a\":[" + "[[]],".repeat(200_000) + "[]]}";
    pour(40, this::connect, NOTIFY + "Content-Length: " + lists.length() + "\r\n\r\n" + lists);
  }

  @Test
  void headsWithoutAnEnd() throws Exception {
    flood(MANY, "GET /" + "x".repeat(16_000));
    flood(MANY, LIVE + "Name: " + "x".repeat(16_000));
    flood(MANY, LIVE + shortHeaders());
  }

  @Test
  void requestsThatFollowEachOther() throws Exception {
    flood(MANY, LIVE + "\r\n" + LIVE + shortHeaders());
  }

  @Test
  void halfBodiesInTls() throws Exception {
    var sockets = TestCertificate.trusting(data.resolve("dev-cert.pem")).getSocketFactory();
    flood(
        600,
        () -> sockets.createSocket(InetAddress.getLoopbackAddress(), server.httpsPort()),
        REGISTER + "Content-Length: 65536\r\n\r\n" + "x".repeat(65_000));
  }

  @Test
  void connectionsWithoutARequestMakeRoom() throws Exception {
    flood(MANY, "");
  }

  @Test
  void answersThatNobodyReads() throws Exception {
    flood(
        MANY,
        () -> {
          var socket = new Socket();
          socket.setReceiveBufferSize(1024);
          socket.connect(loopback(server.httpPort()));
          return socket;
        },
        "GET /openapi.yaml" + HOST + "\r\n");
  }

  // Each line becomes a header, and few bytes many objects.
  private static String shortHeaders() {
    return IntStream.range(0, 2_600)
        .mapToObj(n -> Integer.toString(n + 1_296, Character.MAX_RADIX) + ":\r\n")
        .collect(Collectors.joining());
  }

  @FunctionalInterface
  private interface Opening {
    Socket open() throws IOException;
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void flood(int number, String bytes) throws Exception {
    flood(number, this::connect, bytes);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.httpPort());
  }

  private void flood(int number, Opening opening, String bytes) throws Exception {
    var before = refusals();
    pour(number, opening, bytes);
    assertTrue(refusals() > before, "the flood met no limit: nothing has been shown");
  }

  private void pour(int number, Opening opening, String bytes) throws Exception {
    var sent = bytes.getBytes(US_ASCII);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < number; i++) {
      threads.add(Thread.ofVirtual().start(() -> send(opening, sent)));
    }
    requireHonestService();
    for (var thread : threads) {
      thread.join();
    }
    requireHonestService();
    leave();
    requireHonestService();
  }

  private void send(Opening opening, byte[] bytes) {
    try {
      var socket = opening.open();
      idleSockets.add(socket);
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // refused, or closed to make room
    }
  }

  private void leave() throws IOException {
    for (var socket = idleSockets.poll(); socket != null; socket = idleSockets.poll()) {
      socket.close();
    }
  }

  private static void requireHonestService() throws InterruptedException {
    insist(request("/health/live").build());
    var token = "a%011d".formatted(registrations++);
    insist(
        request("/v2/tokens")
            .header("authToken", authToken)
            .POST(BodyPublishers.ofString("{\"fcmToken\":\"" + token + "\"}"))
            .build());
    var listed = insist(request("/v2/tokens").header("authToken", authToken).build());
    assertTrue(listed.body().contains(token), listed.body());
  }

  /// Asks again while there is no room, as clients do.
  @SuppressWarnings("ThreadPriorityCheck") // It only makes room for the server.
  private static HttpResponse<String> insist(HttpRequest request) throws InterruptedException {
    while (true) {
      assertTrue(server.isAlive(), "the server ended");
      try {
        var answer = CLIENT.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 503) {
          assertEquals(200, answer.statusCode(), answer.body());
          return answer;
        }
      } catch (IOException e) {
        Thread.yield();
      }
    }
  }

  private static double refusals() throws InterruptedException {
    return insist(request("/metrics").build())
        .body()
        .lines()
        .filter(line -> line.startsWith("rollcall_http_refusals_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
