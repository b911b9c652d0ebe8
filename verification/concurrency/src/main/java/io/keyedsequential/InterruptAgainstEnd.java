package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An operation that runs is cancelled, to be interrupted, while its body ends and its runner starts the next one. The
 * interrupt never reaches the next.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "the next operation was not interrupted")
@Outcome(expect = FORBIDDEN, desc = "a stray interrupt")
@State
public class InterruptAgainstEnd {

    private final Interrupted interrupted = Interrupted.withoutLimit();

    /** The executor's thread. */
    @Actor
    public void runner(I_Result result) {
        result.r1 = interrupted.runBoth() ? 1 : 0;
    }

    /** Whoever cancels. */
    @Actor
    public void canceller() {
        interrupted.cancelFirst();
    }
}
