package io.keyedsequential.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each fault is found, and only what may happen is taken for none. */
class LedgerCheckTest {

    private static final Atom ATOM = Atom.SINGLE;

    private final List<String> ledger = new ArrayList<>();

    private LedgerCheckTest began(String instance, int number) {
        return line("began", instance, number);
    }

    private LedgerCheckTest ended(String instance, int number) {
        return line("ended", instance, number);
    }

    private LedgerCheckTest ran(String instance, int number) {
        return began(instance, number).ended(instance, number);
    }

    private LedgerCheckTest line(String event, String instance, int number) {
        ledger.add("%s %s single k %d false".formatted(event, instance, number));
        return this;
    }

    private LedgerCheckTest then(String event, String instance) {
        ledger.add(event + " " + instance);
        return this;
    }

    private Verdict check(int accepted) {
        return LedgerCheck.check(ledger, ATOM, Map.of("k", accepted));
    }

    /** Nothing but this is wrong. */
    private void only(Function<Verdict, List<String>> fault, int accepted) {
        Verdict verdict = check(accepted);
        assertThat(fault.apply(verdict)).as(verdict.toString()).hasSize(1);
        assertThat(verdict.isGood()).isFalse();
        List<Function<Verdict, List<String>>> faults =
                List.of(Verdict::lost, Verdict::phantoms, Verdict::overlaps, Verdict::disorders, Verdict::unexplained);
        assertThat(faults.stream().mapToInt(each -> each.apply(verdict).size()).sum())
                .as(verdict.toString())
                .isOne();
    }

    private void good(int accepted, int duplicates) {
        Verdict verdict = check(accepted);
        assertThat(verdict.isGood()).as(verdict.toString()).isTrue();
        assertThat(verdict.duplicates()).hasSize(duplicates);
    }

    @Test
    void callsInTheirOrderAreGoodOnWhicheverInstance() {
        then("started", "a1").ran("a1", 1).ran("b1", 2).then("stopped", "b1").ran("a1", 3);
        good(3, 0);
    }

    @Test
    void aCallThatWasAcceptedAndDidNotEndIsLost() {
        ran("a1", 1);
        only(Verdict::lost, 2);
    }

    @Test
    void aCallThatWasBegunOnlyIsLost() {
        ran("a1", 1).began("a1", 2);
        only(Verdict::lost, 2);
    }

    @Test
    void aCallOfWhichNothingIsKnownIsLost() {
        assertThat(check(3).lost()).hasSize(3);
    }

    @Test
    void aCallThatWasRolledBackIsAPhantom() {
        ran("a1", 1).ran("a1", 2);
        only(Verdict::phantoms, 1);
        ledger.clear();
        ledger.add("began a1 single k 1 true");
        ledger.add("ended a1 single k 1 true");
        assertThat(check(1).phantoms()).hasSize(1);
        assertThat(check(1).lost()).hasSize(1);
    }

    @Test
    void aCallThatIsSkippedIsOutOfOrder() {
        ran("a1", 1).ran("a1", 3);
        assertThat(check(3).disorders()).hasSize(1);
        assertThat(check(3).lost()).hasSize(1);
    }

    @Test
    void callsThatChangePlacesAreOutOfOrder() {
        ran("a1", 2).ran("b1", 1).ran("a1", 3);
        assertThat(check(3).disorders()).hasSize(3);
    }

    @Test
    void aFollowerOfAFailureIsOutOfOrder() {
        began("a1", 1).line("failed", "a1", 1).ran("a1", 2).ran("a1", 1);
        assertThat(check(2).disorders()).hasSize(2);
    }

    @Test
    void aFailureThatIsTriedAgainIsNoDuplicate() {
        began("a1", 1).line("failed", "a1", 1).ran("b1", 1).ran("b1", 2);
        good(2, 0);
    }

    @Test
    void aFollowerThatBeginsTooEarlyOverlaps() {
        began("a1", 1).began("b1", 2).ended("a1", 1).ended("b1", 2);
        assertThat(check(2).overlaps()).hasSize(1);
    }

    @Test
    void theSameCallOnTwoInstancesOverlaps() {
        began("a1", 1).began("b1", 1).ended("b1", 1).ended("a1", 1);
        assertThat(check(1).overlaps()).hasSize(1);
        assertThat(check(1).unexplained()).hasSize(1);
    }

    @Test
    void anInstanceThatIsTakenForDeadAndLivesOverlaps() {
        began("a1", 1).began("b1", 1).then("killed", "a1").ended("b1", 1);
        assertThat(check(1).overlaps()).hasSize(1);
    }

    @Test
    void aDuplicateWithoutAReasonIsUnexplained() {
        ran("a1", 1).ran("a1", 1);
        assertThat(check(1).unexplained()).hasSize(1);
    }

    @Test
    void anOrderlyStopIsNoReason() {
        ran("a1", 1).then("stopped", "a1").ran("b1", 1);
        assertThat(check(1).unexplained()).hasSize(1);
    }

    @Test
    void whatAKilledInstanceHadInHandMayRunAgain() {
        began("a1", 1).then("killed", "a1").ran("b1", 1).ran("b1", 2);
        good(2, 1);
    }

    @Test
    void whatHadEndedWhenItsInstanceWasKilledMayRunAgain() {
        ran("a1", 1).ran("a1", 2).then("killed", "a1").ran("b1", 1).ran("b1", 2).ran("b1", 3);
        good(3, 2);
    }

    @Test
    void whatRanBeforeTheKilledInstanceCameMayNot() {
        ran("b1", 1).ran("a1", 2).then("killed", "a1").ran("b1", 1).ran("b1", 2);
        only(Verdict::unexplained, 2);
    }

    @Test
    void onlySoMuchMayRunAgainAsWasInHand() {
        for (int number = 1; number <= ATOM.inHand() + 1; number++) {
            ran("a1", number);
        }
        then("killed", "a1");
        for (int number = 1; number <= ATOM.inHand() + 1; number++) {
            ran("b1", number);
        }
        only(Verdict::unexplained, ATOM.inHand() + 1);
    }

    @Test
    void aBodyThatWasFrozenIsOver() {
        began("a1", 1).then("frozen", "a1").ran("b1", 1).began("b1", 2);
        then("continued", "a1").ended("a1", 1).ended("b1", 2).ran("a1", 3);
        good(3, 1);
    }

    @Test
    void aBodyThatWasFrozenBeforeItsFirstLineIsOver() {
        ran("a1", 1).then("frozen", "a1").ran("b1", 2).ran("b1", 3);
        then("continued", "a1").began("a1", 2).ran("b1", 4).ended("a1", 2).ran("b1", 5);
        good(5, 1);
    }

    @Test
    void theNextOneThatItBeginsIsNot() {
        ran("a1", 1).then("frozen", "a1").ran("b1", 2).ran("b1", 3).ran("b1", 4);
        then("continued", "a1").ran("a1", 2).ran("a1", 3);
        assertThat(check(4).disorders()).hasSize(1);
        assertThat(check(4).unexplained()).hasSize(1);
    }

    @Test
    void aFrozenInstanceIsNoReasonBeforeItIsFrozen() {
        began("a1", 1)
                .began("b1", 1)
                .ended("b1", 1)
                .then("frozen", "a1")
                .then("continued", "a1")
                .ended("a1", 1);
        assertThat(check(1).overlaps()).hasSize(1);
        assertThat(check(1).unexplained()).hasSize(1);
    }

    @Test
    void otherAtomsAndKeysAreNotMixedUp() {
        ran("a1", 1);
        ledger.add("began a1 single other 1 false");
        ledger.add("began b1 within k 1 false");
        ran("a1", 2);
        good(2, 0);
    }
}
