package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.ModuleSettings;
import io.keyedsequential.spring.atom.ModuleSettings.Said;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** What the properties say of the listeners of an atom: its own, then those of all atoms, then the defaults. */
final class AtomListenerSettings {

    /** The largest window: so many records are held in memory, for each partition. */
    private static final int MOST = 1_000_000;

    /** What is said in one place. */
    record Given(
            @Nullable Integer window, @Nullable FailedRecordsPolicy failedRecords, @Nullable NullKeysPolicy nullKeys) {}

    private final ModuleSettings<Given> settings;

    AtomListenerSettings(Environment environment) {
        this.settings = new ModuleSettings<>(environment, "kafka", Given.class);
    }

    ListenerSettings of(String atom) {
        Said<Given> said = settings.of(atom);
        int window = said.get(Given::window, ListenerSettings.DEFAULT_WINDOW);
        if (window < 1 || window > MOST) {
            throw new MisconfiguredAtomException(
                    "%s.kafka.window is %d.".formatted(AtomName.property(atom), window),
                    "Use 1 to %d. So many records of a partition are delivered again at most after a crash."
                            .formatted(MOST));
        }
        return new ListenerSettings(
                window,
                said.get(Given::failedRecords, FailedRecordsPolicy.DEAD_LETTER),
                said.get(Given::nullKeys, NullKeysPolicy.REFUSE));
    }
}
