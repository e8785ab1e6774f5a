package dev.rollcall.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One thread with its connections and one selector: a system call to wait, one to read and one to
/// write are nearly all that a request costs here, so the cores are left to the server.
final class LoadThread {
  private static final int TOO_MANY_WRONG = 1000;
  private static final Duration TOO_LONG = Duration.ofSeconds(10);

  private final Selector selector;
  private final Tally tally = new Tally();
  private final List<LoadConnection> lines = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean primed;

  /// The visitors are dealt out among the ports.
  LoadThread(List<Integer> ports, List<RequestSource> requestSources) throws IOException {
    this.selector = Selector.open();
    for (int i = 0; i < requestSources.size(); i++) {
      lines.add(
          new LoadConnection(requestSources.get(i), tally, selector, ports.get(i % ports.size())));
    }
    this.primed = allPrimed();
    this.thread = Thread.ofPlatform().name("crowd").unstarted(this::call);
  }

  void start() {
    thread.start();
  }

  Tally tally() {
    return tally;
  }

  boolean primed() {
    return primed;
  }

  /// Whether it still asks: it stops by itself when next to nothing is answered right.
  boolean alive() {
    return thread.isAlive();
  }

  private void call() {
    try {
      for (var line : lines) {
        line.write();
      }
      while (!stopping && tally.wrong() < TOO_MANY_WRONG) {
        selector.select(this::serve, 100);
        primed = primed || allPrimed();
      }
      for (var line : lines) {
        end(line);
      }
      selector.close();
    } catch (IOException | UncheckedIOException e) {
      tally.wrong("no connection: " + e.getMessage());
    }
  }

  private void end(LoadConnection line) throws IOException {
    if (line.waited().compareTo(TOO_LONG) > 0) {
      tally.wrong(line.requestSource().asked() + " was not answered for " + line.waited());
    }
    line.close();
  }

  private boolean allPrimed() {
    return lines.stream().allMatch(line -> line.requestSource().primed());
  }

  private void serve(SelectionKey key) {
    var line = (LoadConnection) key.attachment();
    try {
      line.ready();
    } catch (Answer.MalformedAnswerException | IOException e) {
      tally.wrong(line.requestSource().asked() + " failed: " + e.getMessage());
      replace(line);
    }
  }

  private void replace(LoadConnection broken) {
    try {
      broken.close();
      var line = new LoadConnection(broken.requestSource(), tally, selector, broken.port());
      lines.set(lines.indexOf(broken), line);
      line.write();
    } catch (IOException e) {
      throw new UncheckedIOException("opening a connection again", e);
    }
  }

  void stop() throws InterruptedException {
    stopping = true;
    selector.wakeup();
    thread.join();
  }
}
