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
 * A permit that was lent is wanted back while the runner that has it gives it back, and a lane is ready. The lender gets it;
 * the lane waits until the lender has done with it, and then somebody is on the way.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the lender got its permit, and the lane was served")
@Outcome(expect = FORBIDDEN, desc = "the lender or the lane waits for ever")
@State
public class PermitReturnAgainstRelease {

    private final LentPermit permit = new LentPermit();

    /** The lender. */
    @Actor
    public void lender() {
        permit.takeBack();
    }

    /** The runner that has the permit. */
    @Actor
    public void runner() {
        permit.leaveAndIdle();
    }

    /** Whether the permit is back, and what has become of the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        permit.goOn();
        if (permit.isBack()) {
            permit.endLender();
            permit.goOn();
            result.r1 = permit.started();
        }
    }
}
