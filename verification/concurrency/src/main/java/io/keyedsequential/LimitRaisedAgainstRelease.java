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
 * The limit is raised from one to two while the one permit is given back, and a lane is ready.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "one runner is on the way")
@Outcome(expect = FORBIDDEN, desc = "0: the wake-up is lost; 2: two search at once")
@State
public class LimitRaisedAgainstRelease {

    private final Permit permit = Permit.runningWithOneReady(1);
    private int wokenByOperator;
    private int wokenByRunner;

    /** The operator. */
    @Actor
    public void operator() {
        wokenByOperator = permit.limit(2);
    }

    /** The caller of a turn, which gives its permit back after its operation. */
    @Actor
    public void turn() {
        wokenByRunner = permit.leaveAndIdle();
    }

    /** How many runners are on the way to the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = wokenByOperator + wokenByRunner;
    }
}
