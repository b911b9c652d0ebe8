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
 * A producer finds its key full and goes to wait while a runner starts the operation that filled it; of the atom there is room
 * all the time. The runner must see that the key is watched or the producer must find the room. A producer that nobody woke is
 * rejected when its time is over, which is far longer than both actors take.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "admitted, and both ran")
@Outcome(expect = FORBIDDEN, desc = "the producer was not woken, or an operation did not run")
@State
public class BlockedProducerAgainstKeyThatOpens {

    private final Engine engine = Engine.fullKey();

    /** The producer. */
    @Actor
    public void producer(II_Result result) {
        result.r1 = engine.execute("a") ? 1 : 0;
    }

    /** The executor's thread. */
    @Actor
    public void runner() {
        engine.runAll();
    }

    /** What ran in the end. */
    @Arbiter
    public void arbiter(II_Result result) {
        engine.runAll();
        result.r2 = (int) engine.completed();
    }
}
