package io.keyedsequential.sample.shipping;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Makes the carrier misbehave for one customer. */
@Component
class Chaos {

    /** The longest time a carrier hangs that is never calmed down. */
    private static final long MOST_HOURS = 1;

    enum Mode {
        FAIL,
        HANG
    }

    /** How the carrier misbehaves, and what ends it. */
    private record Trouble(Mode mode, CountDownLatch over) {}

    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    void stir(String customer, Mode mode) {
        Trouble before = troubles.put(customer, new Trouble(mode, new CountDownLatch(1)));
        if (before != null) {
            before.over.countDown();
        }
    }

    void calm(String customer) {
        Trouble before = troubles.remove(customer);
        if (before != null) {
            before.over.countDown();
        }
    }

    /** Fails, hangs, or does nothing. */
    void strike(String customer) {
        Trouble trouble = troubles.get(customer);
        if (trouble == null) {
            return;
        }
        if (trouble.mode == Mode.FAIL) {
            throw new CarrierException("the carrier does not serve this address");
        }
        try {
            if (!trouble.over.await(MOST_HOURS, TimeUnit.HOURS)) {
                throw new CarrierException("the carrier does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CarrierException("the carrier was not waited for any longer");
        }
    }
}
