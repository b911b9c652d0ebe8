package io.keyedsequential;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Random scenarios of callers, runners and an operator on {@link Lanes}, under Lincheck. */
class LanesModelCheckingTest {

    private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 3);
    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 100);

    /** When Lincheck gives up a schedule: a last resort. By itself it does after 30 s, too early on a busy machine. */
    private static final long MILLIS_A_SCHEDULE = 600_000;

    @Test
    void everyChosenScheduleKeepsTheInvariants() {
        chosen().check(LanesModelChecking.class);
    }

    @Test
    void everyChosenScheduleOfWalkedLanesKeepsTheInvariants() {
        chosen().check(LanesModelChecking.Walked.class);
    }

    @Test
    void manyRealSchedulesKeepTheInvariants() {
        real().check(LanesModelChecking.Walked.class);
    }

    /** Real threads only: the chosen schedules of these end in an error of Lincheck's own, which takes memory back. */
    @Test
    void manyRealSchedulesOfFailingAttemptsKeepTheInvariants() {
        real().check(LanesModelChecking.Failing.class);
    }

    private static StressOptions real() {
        return new StressOptions()
                .invocationTimeout$lincheck(MILLIS_A_SCHEDULE)
                .iterations(2 * ITERATIONS)
                .invocationsPerIteration(10 * INVOCATIONS)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(0)
                .verifier(AnyResult.class);
    }

    private static ModelCheckingOptions chosen() {
        return new ModelCheckingOptions()
                .invocationTimeout$lincheck(MILLIS_A_SCHEDULE)
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(2)
                .actorsAfter(0)
                // The test's own books: no switch of threads inside them is of interest.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(LanesActors.class.getName())
                        .methods(
                                "known",
                                "know",
                                "began",
                                "bodyEnds",
                                "over",
                                "poll",
                                "violated",
                                "nextEnds",
                                "takeEnding")
                        .treatAsAtomic())
                .verifier(AnyResult.class);
    }
}
