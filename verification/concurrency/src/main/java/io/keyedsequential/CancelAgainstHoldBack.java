package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An operation is cancelled, to be interrupted, while its attempt fails and it is held back. Whoever cancels has taken it
 * out, or it has ended as cancelled because it was marked first; it never waits for another attempt.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "cancelled, and nothing waits")
@Outcome(expect = FORBIDDEN, desc = "the cancellation is lost")
@State
public class CancelAgainstHoldBack {

    private final Attempt attempt = new Attempt();

    /** The runner, whose operation has failed. */
    @Actor
    public void runner() {
        attempt.fails();
    }

    /** Whoever cancels. */
    @Actor
    public void canceller(II_Result result) {
        result.r1 = attempt.cancel() ? 1 : 0;
    }

    /** Whether an attempt is still to come. */
    @Arbiter
    public void arbiter(II_Result result) {
        result.r2 = attempt.isWaiting() ? 1 : 0;
    }
}
