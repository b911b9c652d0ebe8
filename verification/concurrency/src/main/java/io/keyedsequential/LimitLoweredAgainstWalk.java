package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The limit is lowered below what runs while the owner of a lane walks from one operation to the next without a lock. The handshake of
 * {@link StartBarrier}: once the operator's call has returned, the next operation has started or will not.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the operation did not start")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "it had started when the operator was told")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "it started after the operator was told that nothing would")
@Outcome(expect = FORBIDDEN, desc = "anything else")
@State
public class LimitLoweredAgainstWalk {

    private final Walk walk = Walk.besideAnother();

    /** The owner of the lane. */
    @Actor
    public void walker(II_Result result) {
        result.r1 = walk.next() ? 1 : 0;
    }

    /** The operator. */
    @Actor
    public void operator(II_Result result) {
        walk.lanes.table.limit(1);
        result.r2 = walk.hasStarted() ? 1 : 0;
    }
}
