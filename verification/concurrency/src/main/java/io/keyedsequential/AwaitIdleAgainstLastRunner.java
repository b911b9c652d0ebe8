package io.keyedsequential;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread waits until nothing is left while the last runner leaves. It raises its count before it looks, and the runner looks
 * at the count after it has left. A thread that nobody woke gives up after a time far longer than both actors take.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "told, and the operation had ended")
@Outcome(expect = FORBIDDEN, desc = "not woken, or told too early")
@State
public class AwaitIdleAgainstLastRunner {

    private final Engine engine = Engine.withOne();

    /** The thread that waits. */
    @Actor
    public void waiter(II_Result result) {
        boolean idle = engine.awaitIdle();
        result.r1 = idle ? 1 : 0;
        result.r2 = (int) engine.completed();
    }

    /** The executor's thread. */
    @Actor
    public void runner() {
        engine.runAll();
    }
}
