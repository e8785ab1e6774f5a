package dev.rollcall.storage.token;

import dev.rollcall.storage.token.Deed.Person;
import dev.rollcall.storage.token.Deed.Way;
import dev.rollcall.storage.token.Deed.Wish;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

/// Random programs: a few people, devices and values, so that deeds get in each other's way.
final class Programs {

  /// What has happened before each of them.
  static final List<Deed> OPENING =
      List.of(
          new Deed.Login(Person.ALICE, "ipad", false),
          new Deed.Login(Person.ALICE, null, false),
          new Deed.Login(Person.BOB, "ipad", false),
          new Deed.Login(Person.NAMESAKE, null, false),
          new Deed.Login(Person.ALICE, null, true));

  private Programs() {}

  /// Up to `most` deeds, which register up to `wishes` tokens at a time.
  static ListArbitrary<Deed> ofDeeds(int most, int wishes) {
    return Arbitraries.frequencyOf(
            Tuple.of(12, rightNow(wishes)), Tuple.of(2, logins()), Tuple.of(2, waits()))
        .list()
        .ofMaxSize(most)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  /// What a few threads do at once.
  static Arbitrary<List<List<Deed>>> atOnce() {
    return rightNow(2).list().ofMinSize(1).ofMaxSize(2).list().ofMinSize(2).ofMaxSize(6);
  }

  private static Arbitrary<Deed> logins() {
    return Combinators.combine(people(), devices(), Arbitraries.of(false, false, true))
        .as(Deed.Login::new);
  }

  // A minute passes before each deed, so two of these end at the very moment when something does.
  private static Arbitrary<Deed> waits() {
    return Arbitraries.of(
            Duration.ofHours(23),
            Duration.ofDays(1).minusMinutes(1),
            Duration.ofDays(200),
            Duration.ofDays(269),
            Duration.ofDays(270).minusMinutes(1))
        .map(Deed.Wait::new);
  }

  private static Arbitrary<Deed> rightNow(int wishes) {
    return Arbitraries.frequencyOf(
        Tuple.of(24, registrations(wishes)),
        Tuple.of(4, Combinators.combine(numbers(), wishes()).as(Deed.BackEndRegisters::new)),
        Tuple.of(1, Combinators.combine(numbers(), wishes()).as(Deed.Forge::new)),
        Tuple.of(1, numbers().map(Deed.Intrude::new)),
        Tuple.of(3, numbers().map(Deed.Logout::new)),
        Tuple.of(1, numbers().map(Deed.LogoutLate::new)),
        Tuple.of(1, numbers().map(Deed.EndSession::new)),
        Tuple.of(1, people().map(Deed.EndSessions::new)),
        Tuple.of(1, Combinators.combine(people(), yesOrNo()).as(Deed.DeleteUser::new)),
        Tuple.of(3, Combinators.combine(numbers(), yesOrNo()).as(Deed.Delete::new)),
        Tuple.of(1, Combinators.combine(numbers(), yesOrNo()).as(Deed.BackEndDeletes::new)),
        Tuple.of(2, Combinators.combine(numbers(), wishes()).as(Deed.BackEndDeletesOne::new)),
        Tuple.of(2, Arbitraries.create(Deed.SweepSessions::new)),
        Tuple.of(3, Arbitraries.create(Deed.SweepTokens::new)));
  }

  private static Arbitrary<Deed> registrations(int most) {
    var several = wishes().list().ofMinSize(1).ofMaxSize(most).uniqueElements(Wish::way);
    var told = Arbitraries.of("ipad", "iphone").injectNull(0.9);
    return Combinators.combine(numbers(), several, told).as(Deed.Register::new);
  }

  private static Arbitrary<Wish> wishes() {
    return Combinators.combine(
            Arbitraries.of(Way.FCM, Way.FCM, Way.APNS, Way.VOIP),
            Arbitraries.of(0, 0, 0, 1, 1, 2),
            Arbitraries.of("phone-1", "phone-2").injectNull(0.5),
            Arbitraries.longs().between(1, 4).injectNull(0.5))
        .as(Wish::new);
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
