package dev.rollcall.bench;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// Has a server send to everybody of an app, and looks on.
final class Fanout {
  private static final JsonObject EVERYBODY = JsonObject.of("all", true);
  private static final int NAMED = 10;
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Options options;
  private final Corpus corpus;
  private final int server;
  private final BackEnd backEnd;
  private final PushService service;
  private final JsonObject credentials;
  private final URI taken;
  private final HttpClient toDouble;

  Fanout(Options options) {
    this.options = options;
    this.corpus = Corpus.of(options);
    this.server = options.number("server-pid");
    this.backEnd = new BackEnd(options);
    this.service = PushService.of(options);
    this.credentials = service.credentials();
    this.taken = PushDouble.address(options.number("double")).resolve("/taken");
    var tls = PushDouble.tls(Path.of(options.text("keys")));
    this.toDouble = HttpClient.newBuilder().sslContext(tls).build();
  }

  /// From the request until the last delivery has ended.
  void whole() throws IOException, InterruptedException {
    setProvider(0);
    int warmup = Math.min(Target.MAX_USERS, corpus.users());
    await(backEnd.send(BackEnd.notification(users(0, warmup))));
    long before = taken();
    var pushing = Pushing.start(options, "whole", server);
    var id = backEnd.send(BackEnd.notification(EVERYBODY));
    // Asking the double disturbs the server less than counting its deliveries.
    while (taken() < before + corpus.sessions()) {
      Thread.sleep(LOOK);
    }
    long accepted = await(id);
    pushing.end((int) accepted);
    long taken = taken() - before;
    if (accepted != corpus.sessions() || taken != accepted) {
      throw new IllegalStateException(accepted + " accepted, " + taken + " taken");
    }
  }

  private void setProvider(int perSecond) throws IOException, InterruptedException {
    backEnd.setProvider(service.type(), credentials, perSecond);
  }

  private long await(String id) throws IOException, InterruptedException {
    var progress = backEnd.progress(id);
    while (!progress.done()) {
      Thread.sleep(LOOK);
      progress = backEnd.progress(id);
    }
    return progress.accepted();
  }

  /// How many pushes the double has taken.
  private long taken() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(taken).build();
    return Long.parseLong(toDouble.send(request, BodyHandlers.ofString()).body());
  }

  private JsonObject users(int from, int count) {
    var uids = IntStream.range(from, from + count).map(i -> i % corpus.users());
    return JsonObject.of("uids", uids.mapToObj(corpus::uid).toList());
  }

  /// How long the answer to a request takes, to ten users and to all. What it starts is called off
  /// at once, and next to nothing of it is sent.
  void accept() throws IOException, InterruptedException {
    setProvider(1);
    int asked = options.number("accepts", 500);
    // The first are slow, whatever they are.
    time("", asked, i -> users(i * NAMED, NAMED));
    time("accept to 10 users", asked, i -> users(i * NAMED, NAMED));
    time("accept to all", asked, i -> EVERYBODY);
  }

  /// To whom the `i`th goes.
  @FunctionalInterface
  private interface Recipients {
    JsonObject to(int i);
  }

  private void time(String what, int asked, Recipients recipients)
      throws IOException, InterruptedException {
    var took = new Histogram(3);
    for (int i = 0; i < asked; i++) {
      var notification = BackEnd.notification(recipients.to(i));
      long start = System.nanoTime();
      var id = backEnd.send(notification);
      took.recordValue(System.nanoTime() - start);
      backEnd.cancel(id);
    }
    if (!what.isEmpty()) {
      print(what, corpus.users(), millis(took, 50), millis(took, 99));
    }
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e6;
  }

  /// Has everybody queued while next to nothing is sent, and then sends for a while.
  void memory() throws IOException, InterruptedException {
    setProvider(1);
    long start = System.nanoTime();
    var id = backEnd.send(BackEnd.notification(EVERYBODY));
    while (backEnd.progress(id).users() < corpus.users()) {
      Thread.sleep(2_000);
    }
    double queued = corpus.sessions() * 1e9 / (System.nanoTime() - start);
    print("queued", corpus.sessions(), queued, (double) Pushing.peak(server));
    setProvider(0);
    long before = taken();
    int seconds = options.number("duration", 20);
    Thread.sleep(seconds * 1_000L);
    double sent = (double) (taken() - before) / seconds;
    print("sending", corpus.sessions(), sent, (double) Pushing.peak(server));
    backEnd.cancel(id);
  }

  private void print(String what, int size, double... figures) throws IOException {
    var line = new StringBuilder(what).append('\t').append(size);
    for (var figure : figures) {
      line.append(String.format(Locale.ROOT, "\t%.1f", figure));
    }
    System.out.println(line);
    Pushing.note(options, line.append('\n').toString());
  }
}
