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
 * The time is up of a thread that wants its lent permit back, while the runner that has it gives it back. Granted or not, the
 * permit is back once, and nothing starts beside the lender; then the lane that is ready is served.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the permit was made good, and the lane was served")
@Outcome(expect = FORBIDDEN, desc = "the permit was made good twice or never, or the lane waits for ever")
@State
public class GoingOverAgainstRelease {

    private final LentPermit permit = new LentPermit();

    /** The lender. */
    @Actor
    public void lender() {
        permit.takeBackOrGoOver();
    }

    /** The runner that has the permit. */
    @Actor
    public void runner() {
        permit.leaveAndIdle();
    }

    /** Whether the permit has been made good, and what has become of the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        permit.goOn();
        if (permit.isBack() && permit.started() == 0) {
            permit.endLender();
            permit.goOn();
            result.r1 = permit.started();
        }
    }
}
