package io.keyedsequential.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says once for a listener that nothing is heard from a broker any more, and once that it answers again. The client
 * says nothing to its caller, and to the log for every attempt. A broker that is up answers heartbeats or fetches every
 * few seconds, so that bytes arrive. For the threads of all consumers of the listener.
 */
final class BrokerWatch {

    private static final Log log = LogFactory.getLog(BrokerWatch.class);

    /** After how long a silence is told of: some heartbeats. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(12);

    private final String listener;
    private final LongSupplier nanoTime;

    /** What is known of each consumer. Guarded by this. */
    private final Map<Object, Heard> consumers = new HashMap<>();

    /** Whether it has been told that nothing is heard. Guarded by this. */
    private boolean told;

    /** When something was heard last, when it was told of. Guarded by this. */
    private long since;

    /** The addresses of brokers, as configured. Guarded by this. */
    private Object where = "?";

    /** How long nothing may be heard, in nanoseconds. Guarded by this. */
    private long silence = SILENCE_NANOS;

    private static final class Heard {
        private double bytes;
        private long heard;
        private long looked;
        private boolean silent;
    }

    BrokerWatch(String listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /**
     * Says what is configured.
     *
     * @param addresses of brokers
     * @param heartbeat how often a member of the group is heard of, if that is not the default
     */
    synchronized void configured(Object addresses, Duration heartbeat) {
        where = addresses;
        silence = SILENCE_NANOS + heartbeat.toNanos();
    }

    /**
     * To be told about once a second.
     *
     * @param consumer which one looks
     * @param bytes how many it has received since it was made
     */
    synchronized void look(Object consumer, double bytes) {
        long now = nanoTime.getAsLong();
        Heard known = consumers.get(consumer);
        if (known == null) {
            known = new Heard();
            known.heard = now;
            known.looked = now;
            consumers.put(consumer, known);
        }
        if (now - known.looked > silence && !known.silent) {
            known.heard = now; // it is this process that stood still; one that was silent before that still is
        }
        known.looked = now;
        if (bytes > known.bytes) {
            known.heard = now;
        }
        known.bytes = bytes;
        known.silent = now - known.heard > silence;
        tell(now, now - known.heard);
    }

    /** Forgets a consumer that is closed. */
    synchronized void forget(Object consumer) {
        consumers.remove(consumer);
        if (consumers.isEmpty()) {
            told = false;
        }
    }

    private void tell(long now, long silentFor) {
        boolean silent = consumers.values().stream().anyMatch(consumer -> consumer.silent);
        if (silent && !told) {
            told = true;
            since = now - silentFor;
            log.warn(("%s: nothing has been heard from a broker for %d s. It is tried again until one answers, and "
                            + "nothing is lost: what is taken over goes on, and is acknowledged then. Is a "
                            + "broker running at %s (spring.kafka.bootstrap-servers), and can this process "
                            + "reach the addresses that it advertises?")
                    .formatted(listener, TimeUnit.NANOSECONDS.toSeconds(silentFor), where));
        } else if (!silent && told) {
            told = false;
            log.info("%s: the broker answers again, after %d s"
                    .formatted(listener, TimeUnit.NANOSECONDS.toSeconds(now - since)));
        }
    }
}
