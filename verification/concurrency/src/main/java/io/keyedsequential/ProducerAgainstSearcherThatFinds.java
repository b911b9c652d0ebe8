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
 * A producer makes a lane ready while the searcher finds another one. The producer must not rely on a searcher that no longer
 * searches: whoever drops the mark wakes the next.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "one runner is on the way")
@Outcome(expect = FORBIDDEN, desc = "0: the wake-up is lost; 2: two search at once")
@State
public class ProducerAgainstSearcherThatFinds {

    private final Permit permit = Permit.found(2);
    private int wokenByProducer;
    private int wokenBySearcher;

    /** The producer. */
    @Actor
    public void producer() {
        wokenByProducer = permit.offerAndWake("b");
    }

    /** The searcher. */
    @Actor
    public void searcher() {
        wokenBySearcher = permit.foundAndWake();
    }

    /** How many runners are on the way to the lane. */
    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = wokenByProducer + wokenBySearcher;
    }
}
