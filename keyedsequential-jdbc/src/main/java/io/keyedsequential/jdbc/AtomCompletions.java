package io.keyedsequential.jdbc;

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

/** What the properties say about the completion of an atom: its own, then those of all atoms, then the defaults. */
final class AtomCompletions {

    private static final String ATOMS = "keyedsequential.atoms";
    private static final String DEFAULTS = "keyedsequential.defaults.jdbc";

    /** Items that one statement deletes at most: so many run again when their instance dies. */
    private static final int MOST = 1000;

    /** What is said in one place. Bound strictly: a misspelled name is refused. */
    record Settings(@Nullable Completion completion, @Nullable Integer completionBatch) {

        private static final Settings NONE = new Settings(null, null);
    }

    private final Binder binder;

    AtomCompletions(Environment environment) {
        this.binder = Binder.get(environment);
    }

    AtomCompletion of(String atom) {
        Settings own = bind(property(atom) + ".jdbc");
        Settings defaults = bind(DEFAULTS);
        Completion completion = first(own.completion(), defaults.completion(), Completion.AUTO);
        int batch = first(own.completionBatch(), defaults.completionBatch(), 1);
        if (batch < 1 || batch > MOST) {
            throw new MisconfiguredAtomException(
                    "%s.jdbc.completion-batch is %d.".formatted(AtomName.property(atom), batch),
                    "Use 1 to %d. So many operations of a key run again when the instance that runs them dies."
                            .formatted(MOST));
        }
        return new AtomCompletion(completion, batch);
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

    private Settings bind(String prefix) {
        BindResult<Settings> bound = binder.bind(
                prefix,
                Bindable.of(Settings.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
        return bound.isBound() ? bound.get() : Settings.NONE;
    }

    private static <T> T first(@Nullable T own, @Nullable T defaults, T otherwise) {
        return own != null ? own : defaults != null ? defaults : otherwise;
    }
}
