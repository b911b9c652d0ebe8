package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An operation is cancelled while the owner of its lane walks towards it: either it starts or it is withdrawn, never both and
 * never neither.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "it started")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it was withdrawn")
@Outcome(expect = FORBIDDEN, desc = "both or neither")
@State
public class CancelAgainstWalk {

    private final Walk walk = Walk.alone();

    /** The owner of the lane. */
    @Actor
    public void walker(II_Result result) {
        result.r1 = walk.next() ? 1 : 0;
    }

    /** Whoever cancels. */
    @Actor
    public void canceller(II_Result result) {
        result.r2 = walk.lanes.removal.takeOut(walk.second, Operation.CANCELLED) != null ? 1 : 0;
    }
}
