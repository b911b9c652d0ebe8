package io.keyedsequential;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** A body that says that it has begun and does not end before it is let go. */
public final class Gate implements Runnable, Callable<String> {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    @Override
    public void run() {
        entered.countDown();
        Eventually.await(open);
    }

    @Override
    public String call() {
        run();
        return "through";
    }

    public void awaitEntered() {
        Eventually.await(entered);
    }

    boolean isEntered() {
        return entered.getCount() == 0;
    }

    public void open() {
        open.countDown();
    }
}
