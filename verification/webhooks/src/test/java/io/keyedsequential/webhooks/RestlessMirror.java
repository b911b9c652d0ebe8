package io.keyedsequential.webhooks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Fails as often as it is told to, or hangs. */
final class RestlessMirror implements Mirror {

    final AtomicInteger fetches = new AtomicInteger();
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final CountDownLatch gate;

    RestlessMirror(boolean hangs) {
        gate = new CountDownLatch(hangs ? 1 : 0);
    }

    void failFor(String repository, int times) {
        failures.put(repository, new AtomicInteger(times));
    }

    @Override
    public void fetch(Push push) {
        fetches.incrementAndGet();
        AtomicInteger left = failures.get(push.repository().fullName());
        if (left != null && left.getAndDecrement() > 0) {
            throw new IllegalStateException("the mirror does not answer");
        }
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
