package dev.rollcall.storage.token;

import dev.rollcall.storage.token.ReferenceModel.Answer;
import dev.rollcall.storage.token.ReferenceModel.State;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks for a sequential order of operations that ran concurrently in which the model gives each the
/// answer that it got and ends in the state that was found.
///
/// The operations of one thread keep their order, and an operation that was answered before another
/// was requested comes before it.
final class Linearization {

  /// An operation with its answer; of two ticks the larger is the later moment.
  record Done(Operation operation, Answer answer, long requestedAt, long answeredAt) {}

  private final List<List<Done>> threads;
  private final State end;
  // Many orders lead to the same state, which needs to be searched only once.
  private final Set<List<Object>> seen = new HashSet<>();

  Linearization(List<List<Done>> threads, State end) {
    this.threads = threads;
    this.end = end;
  }

  boolean exists(ReferenceModel before) {
    return existsFrom(before, new int[threads.size()]);
  }

  private boolean existsFrom(ReferenceModel model, int[] done) {
    if (!seen.add(List.of(Arrays.stream(done).boxed().toList(), model.snapshot()))) {
      return false;
    }
    boolean over = true;
    for (int thread = 0; thread < done.length; thread++) {
      if (done[thread] == threads.get(thread).size()) {
        continue;
      }
      over = false;
      var next = threads.get(thread).get(done[thread]);
      if (mayComeNext(next, done) && existsAfter(model.copy(), next, advanced(done, thread))) {
        return true;
      }
    }
    return over && model.state().equals(end);
  }

  private boolean existsAfter(ReferenceModel model, Done next, int[] done) {
    return model.apply(next.operation()) == next.answer() && existsFrom(model, done);
  }

  private boolean mayComeNext(Done next, int[] done) {
    for (int thread = 0; thread < done.length; thread++) {
      var operations = threads.get(thread);
      if (done[thread] < operations.size()
          && operations.get(done[thread]).answeredAt() < next.requestedAt()) {
        return false;
      }
    }
    return true;
  }

  private static int[] advanced(int[] done, int thread) {
    var advanced = done.clone();
    advanced[thread]++;
    return advanced;
  }
}
