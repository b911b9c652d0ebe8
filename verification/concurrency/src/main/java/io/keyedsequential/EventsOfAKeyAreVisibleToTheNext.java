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
 * What an operation wrote, plainly, is there for the next operation of its key on whichever thread that runs. Nothing orders
 * the two executor threads but the engine.
 */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both increments are there")
@Outcome(expect = FORBIDDEN, desc = "an increment is lost")
@State
public class EventsOfAKeyAreVisibleToTheNext {

    private final Engine engine = Engine.withTwoKeys();

    /** One executor thread. */
    @Actor
    public void first() {
        engine.runOne();
    }

    /** A producer that enqueues behind, and then is an executor thread as well. */
    @Actor
    public void second() {
        engine.increment("a");
        engine.runOne();
    }

    /** The sum. */
    @Arbiter
    public void arbiter(I_Result result) {
        engine.runAll();
        result.r1 = engine.plain;
    }
}
