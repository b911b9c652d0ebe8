package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.RegisteredAtom;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

/** Looks, before anything starts, for options of atoms below {@code kafka} that nothing honours. */
final class KafkaOptionsCheck implements SmartLifecycle {

    private static final Log log = LogFactory.getLog(KafkaOptionsCheck.class);

    private final AtomRegistry registry;
    private final KeyedListeners listeners;
    private volatile boolean running;

    KafkaOptionsCheck(AtomRegistry registry, KeyedListeners listeners) {
        this.registry = registry;
        this.listeners = listeners;
    }

    @Override
    public void start() {
        running = true;
        registry.atoms().forEach(this::check);
    }

    private void check(RegisteredAtom atom) {
        if (atom.engine().equals(KafkaAtomEngine.KIND)) {
            return;
        }
        AtomListenerSettings settings = listeners.settings();
        settings.refuseTopic(atom.name(), "that of the atom '%s' is '%s'".formatted(atom.name(), atom.engine()));
        if (!listeners.feed(atom.name())) {
            settings.ofListener(atom.name())
                    .ifPresent(option -> log.warn(("%s has no effect: no keyed listener of Kafka is in the atom '%s', "
                                    + "and its engine is '%s'")
                            .formatted(option, atom.name(), atom.engine())));
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before anything else. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
