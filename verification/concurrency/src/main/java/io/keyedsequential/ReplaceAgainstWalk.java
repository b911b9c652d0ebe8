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
 * A newer coalesced operation comes while the owner of the lane walks to the older one. Either the older one has started,
 * or it was replaced; the newer one waits behind in any case.
 */
@JCStressTest
@Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "the older one started")
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "the older one was replaced; the newer one waits")
@Outcome(id = "2, 1, 1", expect = ACCEPTABLE, desc = "the older one was replaced; the newer one started")
@Outcome(expect = FORBIDDEN, desc = "the older one both started and was replaced, or neither; or the newer one is lost")
@State
public class ReplaceAgainstWalk {

    private final CoalescedWalk walk = new CoalescedWalk();

    /** The owner of the lane: 1 if it started the older one, 2 the newer one. */
    @Actor
    public void walker(III_Result result) {
        result.r1 = walk.next();
    }

    /** Whoever submits again. */
    @Actor
    public void submitter(III_Result result) {
        result.r2 = walk.submitNewer() ? 1 : 0;
    }

    /** Whether the newer one waits or runs. */
    @Arbiter
    public void arbiter(III_Result result) {
        result.r3 = walk.isNewerThere() ? 1 : 0;
    }
}
