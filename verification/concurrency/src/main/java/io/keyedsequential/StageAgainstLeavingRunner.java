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
 * A stage completes while the runner leaves its operation to it. Whoever comes second ends the operation: the future is told,
 * and the next operation of the key runs.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "ended once, and the key went on")
@Outcome(expect = FORBIDDEN, desc = "the operation was not ended, or the key stayed closed")
@State
public class StageAgainstLeavingRunner {

    private final Engine engine = Engine.withStage();

    /** The executor's thread. */
    @Actor
    public void runner() {
        engine.runAll();
    }

    /** Whoever completes the stage. */
    @Actor
    public void completer() {
        engine.stage.complete("done");
    }

    /** What ended. */
    @Arbiter
    public void arbiter(II_Result result) {
        engine.runAll();
        result.r1 = engine.stageEnded() ? 1 : 0;
        result.r2 = (int) engine.completed();
    }
}
