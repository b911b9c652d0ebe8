package io.keyedsequential;

import io.keyedsequential.ModelCase.Act;
import io.keyedsequential.ModelCase.Body;
import io.keyedsequential.ModelCase.Options;
import io.keyedsequential.ModelCase.Step;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Whatever is done to a coordinator in whatever order, it does what {@link ReferenceModel} says: order and exclusion of every
 * key, bounds, counts, and exactly one outcome of every operation that was accepted.
 *
 * <p>What this cannot see: two threads inside the engine at once (see {@link StressTest}); which of several ready keys goes
 * first; turns of callers, which wait where the steps are made.
 */
class ModelTest {

    private static final int MOST_STEPS = 60;

    @Property(
            tries = 2_500,
            generation = GenerationMode.RANDOMIZED,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.FULL)
    void theCoordinatorDoesWhatTheModelSays(@ForAll("cases") ModelCase played) {
        ModelPlay.play(played);
    }

    @Provide
    Arbitrary<ModelCase> cases() {
        return Combinators.combine(options(), steps(), Arbitraries.of(false, true))
                .as(ModelCase::new);
    }

    private static Arbitrary<List<Step>> steps() {
        Arbitrary<Act> act = Arbitraries.frequency(
                Tuple.of(6, Act.EXECUTE),
                Tuple.of(3, Act.TRY_EXECUTE),
                Tuple.of(6, Act.SUBMIT),
                Tuple.of(6, Act.SUBMIT_ASYNC),
                Tuple.of(4, Act.LATEST),
                Tuple.of(4, Act.LATEST_LONG_QUIET),
                Tuple.of(3, Act.LATEST_SHORT_QUIET),
                Tuple.of(14, Act.RUN),
                Tuple.of(6, Act.LET_GO),
                Tuple.of(4, Act.COMPLETE_STAGE),
                Tuple.of(3, Act.FAIL_STAGE),
                Tuple.of(8, Act.FIRE),
                Tuple.of(2, Act.PAUSE),
                Tuple.of(4, Act.RESUME),
                Tuple.of(2, Act.PAUSE_KEY),
                Tuple.of(4, Act.RESUME_KEY),
                Tuple.of(3, Act.LIMIT),
                Tuple.of(4, Act.RETRY),
                Tuple.of(3, Act.SKIP),
                Tuple.of(2, Act.PURGE),
                Tuple.of(4, Act.CANCEL),
                Tuple.of(4, Act.CANCEL_FUTURE),
                Tuple.of(1, Act.CLOSE_INTAKE),
                Tuple.of(3, Act.OPEN_INTAKE));
        return Combinators.combine(act, upTo(2), upTo(9), Arbitraries.of(Body.class))
                .as(Step::new)
                .list()
                .ofMaxSize(MOST_STEPS);
    }

    private static Arbitrary<Options> options() {
        Arbitrary<Boolean> either = Arbitraries.of(false, true);
        return Combinators.combine(
                        Combinators.combine(upTo(2), upTo(1), upTo(7), upTo(7)).as(List::of),
                        Combinators.combine(either, either, either, either).as(List::of),
                        upTo(2),
                        Arbitraries.of(ExhaustedPolicy.class),
                        either,
                        either)
                .as((numbers, flags, retries, exhausted, queueTimeout, runTimeout) -> new Options(
                        1 + numbers.get(0),
                        1 + numbers.get(1),
                        1 + numbers.get(2),
                        1 + numbers.get(3),
                        flags.get(0),
                        flags.get(1),
                        flags.get(2),
                        1 + retries,
                        flags.get(3),
                        exhausted,
                        queueTimeout,
                        runTimeout));
    }

    private static Arbitrary<Integer> upTo(int most) {
        return Arbitraries.integers().between(0, most);
    }
}
