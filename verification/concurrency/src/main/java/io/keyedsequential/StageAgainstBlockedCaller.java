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
 * A stage completes while the runner leaves its operation to it, and a caller wants the room that the operation seems to take
 * meanwhile. The caller must be let in when that turns out not to be so. One that nobody wakes is rejected when its time is
 * over.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the caller was let in, and both operations ended")
@Outcome(expect = FORBIDDEN, desc = "the caller waited for room beside an empty atom")
@State
public class StageAgainstBlockedCaller {

    private final Engine engine = Engine.withStageThatFillsIt();

    /** The executor's thread. */
    @Actor
    public void runner() {
        engine.runAll();
    }

    /** Whoever completes the stage, and then wants the room. */
    @Actor
    public void caller(II_Result result) {
        engine.stage.complete("done");
        result.r1 = engine.execute("b") ? 1 : 0;
    }

    /** What ended. */
    @Arbiter
    public void arbiter(II_Result result) {
        engine.runAll();
        result.r2 = (int) engine.completed();
    }
}
