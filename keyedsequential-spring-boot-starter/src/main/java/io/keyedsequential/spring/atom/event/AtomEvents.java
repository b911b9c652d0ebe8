package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;
import io.keyedsequential.DrainReport;
import io.keyedsequential.OperationSnapshot;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation;
import io.keyedsequential.spring.atom.AtomLog.SaturationListener.Saturation.Counted;
import io.keyedsequential.spring.atom.AtomRegistrationListener;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what happens in every atom. What a listener throws is logged once per kind of event and harms no operation,
 * but keeps the listeners after it from hearing of that event, as it does with any event of the application.
 */
public final class AtomEvents implements AtomRegistrationListener, DisposableBean {

    private static final Log log = LogFactory.getLog(AtomEvents.class);

    private final ApplicationEventPublisher publisher;
    private final Duration saturationInterval;
    private final LongSupplier nanoClock;
    private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

    /** The beans that listen are going. What still runs then, or outlives the application, has no listener left. */
    private volatile boolean ended;

    /**
     * Publishes like this.
     *
     * @param publisher the application
     * @param saturationInterval how often an atom's saturation is published at most
     * @param nanoClock like {@link System#nanoTime()}
     */
    public AtomEvents(ApplicationEventPublisher publisher, Duration saturationInterval, LongSupplier nanoClock) {
        this.publisher = publisher;
        this.saturationInterval = saturationInterval;
        this.nanoClock = nanoClock;
    }

    /** Its own context has one of these. */
    @Override
    public void atomAdopted(RegisteredAtom atom) {}

    @Override
    public void atomAdded(RegisteredAtom atom) {
        atom.addListener(new PublishingListener(atom, this, new Saturation(saturationInterval, nanoClock)));
    }

    @Override
    public void atomDrained(RegisteredAtom atom, DrainReport report) {
        publish(new AtomDrained(atom.name(), report));
    }

    @Override
    public void destroy() {
        ended = true;
    }

    /**
     * Publishes what an operator has done. What a listener throws is logged and does not reach the operator.
     *
     * @param acted what was done, or refused
     */
    public void operatorActed(OperatorActed acted) {
        publish(acted);
    }

    void publish(AtomEvent event) {
        if (ended) {
            return;
        }
        try {
            publisher.publishEvent(event);
        } catch (Throwable e) { // the thread that runs, enqueues or drains has nothing to do with it
            if (!ended && failed.add(event.getClass())) {
                log.warn(
                        "%s: a listener failed on %s; it is still told (said once per kind of event)"
                                .formatted(event.atom(), event),
                        e);
            }
        }
    }

    /** Publishes what happens in one atom. */
    private static final class PublishingListener extends SaturationListener {

        private final RegisteredAtom atom;
        private final AtomEvents events;

        PublishingListener(RegisteredAtom atom, AtomEvents events, Saturation saturation) {
            super(saturation);
            this.atom = atom;
            this.events = events;
        }

        /** Perhaps no bean listens to the events, so the log has to be told all the same. */
        @Override
        public boolean logsFailures() {
            return false;
        }

        @Override
        public void operationFailed(String name, OperationSnapshot operation) {
            events.publish(new OperationFailed(atom.name(), operation, stats()));
        }

        @Override
        public void operationParked(String name, OperationSnapshot operation) {
            events.publish(new KeyParked(atom.name(), operation, stats()));
        }

        @Override
        public void keyReleased(String name, OperationSnapshot operation) {
            events.publish(new KeyReleased(atom.name(), operation, KeyReleased.How.of(operation), stats()));
        }

        @Override
        protected void saturated(Object key, Counted counted) {
            events.publish(new AtomSaturated(atom.name(), key, counted.rejected(), counted.blocked(), stats()));
        }

        /**
         * Of this instance, also where an engine keeps the operations: the engine may have to ask a database, and this
         * thread may be inside a transaction of the body's.
         */
        private CoordinatorStats stats() {
            return atom.coordinator().stats();
        }
    }
}
