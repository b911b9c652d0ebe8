package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The time of an attempt is up while it ends and the next attempt of the same operation begins on the same thread. The
 * interrupt never reaches the next attempt, and the future does not fail for an attempt that others follow.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the next attempt was not interrupted and went well")
@Outcome(expect = FORBIDDEN, desc = "the limit of one attempt reached the next")
@State
public class RunLimitAgainstEnd {

    private final Interrupted interrupted = Interrupted.withLimit();

    /** The executor's thread. */
    @Actor
    public void runner(II_Result result) {
        result.r1 = interrupted.runBoth() ? 1 : 0;
        result.r2 = interrupted.firstWentWell() ? 1 : 0;
    }

    /** The timer. */
    @Actor
    public void timer() {
        interrupted.timeIsUp();
    }
}
