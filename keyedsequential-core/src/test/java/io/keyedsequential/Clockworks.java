package io.keyedsequential;

import io.keyedsequential.AtomParts.Clockwork;
import java.util.function.LongSupplier;

/** Timers and clocks for atoms under test: every executor begins a runner at once, so one is handed over at a time. */
final class Clockworks {

    private static final Timer NEVER = (nanos, action) -> () -> {};

    private Clockworks() {}

    /** With a timer of the test's for what is due; the threads beside it are as in service. */
    static Clockwork of(Timer timer) {
        Timer thread = new TimerThread("orders");
        return new Clockwork(timer, thread, thread, new SpareThreads("orders"), () -> 0);
    }

    /** The same with one for what is handed over; what has finished is not forgotten. */
    static Clockwork of(Timer timer, Timer watchTimer) {
        return of(timer, watchTimer, () -> 0);
    }

    /** The same with a clock for how long the executor takes to begin what it is given. */
    static Clockwork of(Timer timer, Timer watchTimer, LongSupplier handOverClock) {
        return new Clockwork(timer, watchTimer, NEVER, new SpareThreads("orders"), handOverClock);
    }
}
