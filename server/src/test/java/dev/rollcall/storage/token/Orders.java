package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Model.Answer;
import dev.rollcall.storage.token.Model.State;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks for an order in which deeds that were done at once explain what came of them, had they been
/// done one after the other: each gets the answer that it got, and what is left is what is there.
///
/// What one thread does keeps its order, and what was answered before another was asked comes first.
final class Orders {

  /// A deed with its answer; of two ticks the larger is the later moment.
  record Done(Deed deed, Answer answer, long asked, long answered) {}

  private final List<List<Done>> threads;
  private final State left;
  // Many orders lead to the same; from there on they need to be looked through only once.
  private final Set<List<Object>> seen = new HashSet<>();

  Orders(List<List<Done>> threads, State left) {
    this.threads = threads;
    this.left = left;
  }

  boolean explain(Model before) {
    return explain(before, new int[threads.size()]);
  }

  private boolean explain(Model model, int[] done) {
    if (!seen.add(List.of(Arrays.stream(done).boxed().toList(), model.all()))) {
      return false;
    }
    boolean over = true;
    for (int thread = 0; thread < done.length; thread++) {
      if (done[thread] == threads.get(thread).size()) {
        continue;
      }
      over = false;
      var next = threads.get(thread).get(done[thread]);
      if (mayComeNext(next, done) && explainFrom(model.copy(), next, advanced(done, thread))) {
        return true;
      }
    }
    return over && model.state().equals(left);
  }

  private boolean explainFrom(Model model, Done next, int[] done) {
    return model.does(next.deed()) == next.answer() && explain(model, done);
  }

  private boolean mayComeNext(Done next, int[] done) {
    for (int thread = 0; thread < done.length; thread++) {
      var deeds = threads.get(thread);
      if (done[thread] < deeds.size() && deeds.get(done[thread]).answered() < next.asked()) {
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
