package dev.rollcall.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.message.Message;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.Refused;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.provider.sender.Push;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.provider.sender.Sender;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class OpenSenderTest {
  private static final Push PUSH = Pushes.toFcm("a-token", Pushes.HELLO);

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);
  private volatile boolean isClosed;

  /// Takes its time.
  private final class Slow implements Sender {
    @Override
    public Outcome send(Push push) {
      arrived.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Accepted("done");
    }

    @Override
    public Prepared prepare(Push push) {
      return new Refused("no");
    }

    @Override
    public Optional<Refused> refusal(Message message) {
      return Optional.empty();
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  @Test
  void aSenderIsClosedAfterItsLastSend() throws Exception {
    var sender = new OpenSender(new Slow());
    var send = new FutureTask<>(() -> sender.send(PUSH));
    Thread.startVirtualThread(send);
    arrived.await();
    sender.close();
    assertFalse(isClosed);
    answer.countDown();
    assertEquals(new Accepted("done"), send.get());
    assertTrue(isClosed);
    assertInstanceOf(Later.class, sender.send(PUSH));
  }

  @Test
  void aSenderThatNobodyUsesIsClosedAtOnce() {
    new OpenSender(new Slow()).close();
    assertTrue(isClosed);
  }
}
