package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The atom is resumed while the last runner, which may take nothing of a paused atom, gives its permit back.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "one runner is on the way")
@Outcome(expect = FORBIDDEN, desc = "0: the wake-up is lost; 2: two search at once")
@State
public class ResumeAgainstIdlingRunner {

    private final Permit permit = Permit.heldWithOneReady();
    private int wokenByOperator;
    private int wokenByRunner;

    /** The operator. */
    @Actor
    public void operator() {
        wokenByOperator = permit.resume();
    }

    /** The runner. */
    @Actor
    public void runner() {
        wokenByRunner = permit.idle();
    }

    /** How many runners are on the way to the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = wokenByOperator + wokenByRunner;
    }
}
