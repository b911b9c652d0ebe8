package io.keyedsequential;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Queues what it is given and runs it on demand, on the thread that asks: most interleavings become a sequence. */
public final class ManualExecutor implements Executor {

    private final Deque<Runnable> runners = new ArrayDeque<>();
    private int refusals;
    private int refused;

    @Override
    public synchronized void execute(Runnable runner) {
        if (refusals > 0) {
            refusals--;
            refused++;
            throw new RejectedExecutionException("no thread left");
        }
        runners.add(runner);
    }

    /** Refuses the next hand-offs. */
    public synchronized void refuse(int times) {
        refusals = times;
    }

    public synchronized int refused() {
        return refused;
    }

    public synchronized int size() {
        return runners.size();
    }

    private synchronized Runnable poll() {
        return runners.poll();
    }

    /** Runs the runner that came first. */
    public void runOne() {
        Runnable runner = poll();
        if (runner == null) {
            throw new AssertionError("nothing was handed over");
        }
        runner.run();
    }

    /** Runs runners until there is none. */
    public void runAll() {
        for (Runnable runner = poll(); runner != null; runner = poll()) {
            runner.run();
        }
    }
}
