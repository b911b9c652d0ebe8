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
 * A producer makes a lane ready while the only runner, which has found nothing, gives its permit back. One of the two must
 * see the other. The window: the producer reads {@code wakeable} before the runner writes it, and the runner must then look
 * again.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "one runner is on the way")
@Outcome(expect = FORBIDDEN, desc = "0: the wake-up is lost; 2: two search at once")
@State
public class ProducerAgainstIdlingRunner {

    private final Permit permit = Permit.nothingFound(1);
    private int wokenByProducer;
    private int wokenByRunner;

    /** The producer. */
    @Actor
    public void producer() {
        wokenByProducer = permit.offerAndWake("b");
    }

    /** The runner. */
    @Actor
    public void runner() {
        wokenByRunner = permit.idle();
    }

    /** How many runners are on the way to the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = wokenByProducer + wokenByRunner;
    }
}
