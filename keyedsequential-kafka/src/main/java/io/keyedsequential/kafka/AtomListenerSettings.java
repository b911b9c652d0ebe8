package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/** What the properties say of the listeners of an atom: its own, then those of all atoms, then the defaults. */
final class AtomListenerSettings {

    private static final String ATOMS = "keyedsequential.atoms";
    private static final String DEFAULTS = "keyedsequential.defaults.kafka";

    /** The largest window: so many records are held in memory, for each partition. */
    private static final int MOST = 1_000_000;

    /** What is said in one place. Bound strictly: a misspelled name is refused. */
    record Given(@Nullable Integer window, @Nullable FailedRecordsPolicy failedRecords) {

        private static final Given NOTHING = new Given(null, null);
    }

    private final Binder binder;

    AtomListenerSettings(Environment environment) {
        this.binder = Binder.get(environment);
    }

    ListenerSettings of(String atom) {
        Given own = bind(property(atom) + ".kafka");
        Given defaults = bind(DEFAULTS);
        int window = first(own.window(), defaults.window(), ListenerSettings.DEFAULT_WINDOW);
        if (window < 1 || window > MOST) {
            throw new MisconfiguredAtomException(
                    "%s.kafka.window is %d.".formatted(AtomName.property(atom), window),
                    "Use 1 to %d. So many records of a partition are delivered again at most after a crash."
                            .formatted(MOST));
        }
        return new ListenerSettings(
                window, first(own.failedRecords(), defaults.failedRecords(), FailedRecordsPolicy.DEAD_LETTER));
    }

    /** As the properties spell the name, which may be any spelling of it. */
    private String property(String atom) {
        Map<String, Object> atoms = new HashMap<>();
        binder.bind(ATOMS, Bindable.mapOf(String.class, Object.class)).ifBound(atoms::putAll);
        return atoms.keySet().stream()
                .filter(name -> AtomName.canonical(name).equals(AtomName.canonical(atom)))
                .findFirst()
                .map(name -> ATOMS + "." + name)
                .orElse(ATOMS + "." + atom);
    }

    private Given bind(String prefix) {
        BindResult<Given> bound = binder.bind(
                prefix,
                Bindable.of(Given.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
        return bound.isBound() ? bound.get() : Given.NOTHING;
    }

    private static <T> T first(@Nullable T own, @Nullable T defaults, T otherwise) {
        return own != null ? own : defaults != null ? defaults : otherwise;
    }
}
