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
 * A producer finds no room and goes to wait while a runner starts the operation that took the room. The runner must see the
 * count of blocked callers or the producer must find the room. A producer that nobody woke is rejected when its time is over,
 * which is far longer than both actors take.
 */
@JCStressTest
@Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "admitted, and all three ran")
@Outcome(expect = FORBIDDEN, desc = "the producer was not woken, or an operation did not run")
@State
public class BlockedProducerAgainstRoomMade {

    private final Engine engine = Engine.full();

    /** The producer. */
    @Actor
    public void producer(II_Result result) {
        result.r1 = engine.execute("b") ? 1 : 0;
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
