package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Operation.ModelChannel;
import dev.rollcall.storage.token.Operation.Person;
import dev.rollcall.storage.token.Operation.TokenRequest;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

/// Random programs with few people, devices and values, so that operations often conflict.
final class Programs {

  /// The operations before each program.
  static final List<Operation> OPENING =
      List.of(
          new Operation.Login(Person.ALICE, "ipad", false),
          new Operation.Login(Person.ALICE, null, false),
          new Operation.Login(Person.BOB, "ipad", false),
          new Operation.Login(Person.NAMESAKE, null, false),
          new Operation.Login(Person.ALICE, null, true));

  private Programs() {}

  /// Up to `most` operations, which register up to `tokens` tokens at a time.
  static ListArbitrary<Operation> ofOperations(int most, int tokens) {
    return Arbitraries.frequencyOf(
            Tuple.of(12, immediate(tokens)), Tuple.of(2, logins()), Tuple.of(2, waits()))
        .list()
        .ofMaxSize(most)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  /// The operations of a few concurrent threads.
  static Arbitrary<List<List<Operation>>> concurrent() {
    return immediate(2).list().ofMinSize(1).ofMaxSize(2).list().ofMinSize(2).ofMaxSize(6);
  }

  private static Arbitrary<Operation> logins() {
    return Combinators.combine(people(), devices(), Arbitraries.of(false, false, true))
        .as(Operation.Login::new);
  }

  // A minute passes before each operation, so two of these end exactly when something expires.
  private static Arbitrary<Operation> waits() {
    return Arbitraries.of(
            Duration.ofHours(23),
            Duration.ofDays(1).minusMinutes(1),
            Duration.ofDays(200),
            Duration.ofDays(269),
            Duration.ofDays(270).minusMinutes(1))
        .map(Operation.Wait::new);
  }

  private static Arbitrary<Operation> immediate(int tokens) {
    return Arbitraries.frequencyOf(
        Tuple.of(24, registrations(tokens)),
        Tuple.of(4, Combinators.combine(numbers(), tokens()).as(Operation.BackEndRegisters::new)),
        Tuple.of(1, Combinators.combine(numbers(), tokens()).as(Operation.Forge::new)),
        Tuple.of(1, numbers().map(Operation.Intrude::new)),
        Tuple.of(3, numbers().map(Operation.Logout::new)),
        Tuple.of(1, numbers().map(Operation.LogoutLate::new)),
        Tuple.of(1, numbers().map(Operation.EndSession::new)),
        Tuple.of(1, people().map(Operation.EndSessions::new)),
        Tuple.of(1, Combinators.combine(people(), yesOrNo()).as(Operation.DeleteUser::new)),
        Tuple.of(3, Combinators.combine(numbers(), yesOrNo()).as(Operation.Delete::new)),
        Tuple.of(1, Combinators.combine(numbers(), yesOrNo()).as(Operation.BackEndDeletes::new)),
        Tuple.of(2, Combinators.combine(numbers(), tokens()).as(Operation.BackEndDeletesOne::new)),
        Tuple.of(2, Arbitraries.create(Operation.SweepSessions::new)),
        Tuple.of(3, Arbitraries.create(Operation.SweepTokens::new)));
  }

  private static Arbitrary<Operation> registrations(int most) {
    var several =
        tokens().list().ofMinSize(1).ofMaxSize(most).uniqueElements(TokenRequest::channel);
    var device = Arbitraries.of("ipad", "iphone").injectNull(0.9);
    return Combinators.combine(numbers(), several, device).as(Operation.Register::new);
  }

  private static Arbitrary<TokenRequest> tokens() {
    return Combinators.combine(
            Arbitraries.of(
                ModelChannel.FCM, ModelChannel.FCM, ModelChannel.APNS, ModelChannel.VOIP),
            Arbitraries.of(0, 0, 0, 1, 1, 2),
            Arbitraries.of("phone-1", "phone-2").injectNull(0.5),
            Arbitraries.longs().between(1, 4).injectNull(0.5))
        .as(TokenRequest::new);
  }

  private static Arbitrary<Integer> numbers() {
    return Arbitraries.of(0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5);
  }

  private static Arbitrary<Person> people() {
    return Arbitraries.of(Person.class);
  }

  private static Arbitrary<String> devices() {
    return Arbitraries.of("ipad", "iphone").injectNull(0.5);
  }

  private static Arbitrary<Boolean> yesOrNo() {
    return Arbitraries.of(false, true);
  }
}
