package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The timer that ends a back-off fires while an operator skips the operation and somebody cancels it. It ends once: whoever
 * takes it out is one, and the lane is left to it or gone.
 */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "skipped; the timer came before or after")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "cancelled; the timer came before or after")
@Outcome(expect = FORBIDDEN, desc = "ended twice or never, or the lane is left")
@State
public class ReleaseAgainstTakeOut {

    private final HeldBack held = new HeldBack();

    /** The timer, and then whoever cancels. */
    @Actor
    public void timerAndCanceller(III_Result result) {
        held.release();
        result.r2 = held.takeOut(Operation.CANCELLED);
    }

    /** The operator. */
    @Actor
    public void operator(III_Result result) {
        result.r1 = held.takeOut(Operation.FAILED);
    }

    /** What the counts say. */
    @Arbiter
    public void arbiter(III_Result result) {
        result.r3 = held.violations();
    }
}
