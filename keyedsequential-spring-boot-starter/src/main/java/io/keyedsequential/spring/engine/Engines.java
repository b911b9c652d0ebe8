package io.keyedsequential.spring.engine;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import io.keyedsequential.spring.atom.NearestName;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** The engines of the application by their kinds, which are compared without case. */
final class Engines {

    /** The kinds that have a module of ours, whose name ends in the kind. */
    private static final String[] OURS = {"jdbc", "kafka"};

    private final ObjectProvider<AtomEngine> beans;

    private volatile @Nullable Map<String, AtomEngine> known;

    Engines(ObjectProvider<AtomEngine> beans) {
        this.beans = beans;
    }

    /** The engine of an atom, or {@code null} for memory. */
    @Nullable
    AtomEngine find(String atom, String kind) {
        if (kind.equalsIgnoreCase(RegisteredAtom.MEMORY)) {
            return null;
        }
        AtomEngine engine = all().get(kind);
        if (engine == null) {
            throw unknown(atom, kind);
        }
        return engine;
    }

    private Map<String, AtomEngine> all() {
        Map<String, AtomEngine> all = known;
        if (all == null) { // without a lock: the bean factory has locks of its own
            all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (AtomEngine engine : beans.orderedStream().toList()) {
                AtomEngine other = all.putIfAbsent(engine.kind(), engine);
                if (other != null || engine.kind().equalsIgnoreCase(RegisteredAtom.MEMORY)) {
                    throw taken(engine, other);
                }
            }
            known = all;
        }
        return all;
    }

    private MisconfiguredAtomException unknown(String atom, String kind) {
        List<String> kinds = Stream.concat(Stream.of(RegisteredAtom.MEMORY), all().keySet().stream())
                .toList();
        String correct = "orrect %s.engine or keyedsequential.defaults.engine%s"
                .formatted(
                        AtomName.property(atom),
                        NearestName.of(kind, kinds)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("."));
        return new MisconfiguredAtomException(
                "The atom '%s' is to be kept by the engine '%s', and there is none; there are: %s."
                        .formatted(atom, kind, kinds),
                Arrays.asList(OURS).contains(kind.toLowerCase(Locale.ROOT))
                        ? "Add the dependency io.keyedsequential:keyedsequential-%s, or c%s"
                                .formatted(kind.toLowerCase(Locale.ROOT), correct)
                        : "C" + correct);
    }

    private static MisconfiguredAtomException taken(AtomEngine engine, @Nullable AtomEngine other) {
        return new MisconfiguredAtomException(
                "%s is an engine of the kind '%s', and so is %s."
                        .formatted(
                                engine.getClass().getName(),
                                engine.kind(),
                                other == null
                                        ? "the coordinator in memory"
                                        : other.getClass().getName()),
                "Remove one of the beans, or give it another kind.");
    }
}
