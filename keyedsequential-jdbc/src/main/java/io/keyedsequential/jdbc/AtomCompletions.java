package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomSettings.ModuleSettings;
import io.keyedsequential.spring.atom.AtomSettings.ModuleSettings.Said;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** What the properties say about the completion of an atom: its own, then those of all atoms, then the defaults. */
final class AtomCompletions {

    /** Items that one statement deletes at most: so many run again when their instance dies. */
    private static final int MOST = 1000;

    /** What is said in one place. */
    record Settings(@Nullable Completion completion, @Nullable Integer completionBatch) {}

    private final ModuleSettings<Settings> settings;

    AtomCompletions(Environment environment) {
        this.settings = new ModuleSettings<>(environment, "jdbc", Settings.class);
    }

    AtomCompletion of(String atom) {
        Said<Settings> said = settings.of(atom);
        int batch = said.get(Settings::completionBatch, 1);
        if (batch < 1 || batch > MOST) {
            throw new MisconfiguredAtomException(
                    "%s.jdbc.completion-batch is %d.".formatted(AtomName.property(atom), batch),
                    "Use 1 to %d. So many operations of a key run again when the instance that runs them dies."
                            .formatted(MOST));
        }
        return new AtomCompletion(said.get(Settings::completion, Completion.AUTO), batch);
    }
}
