package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.AtomSettings.ModuleSettings;
import io.keyedsequential.spring.atom.AtomSettings.ModuleSettings.Said;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * What the properties say of an atom that Kafka has to do with: its own, then those of all atoms, then the defaults.
 */
final class AtomListenerSettings {

    /** The largest window: so many records are held in memory, for each partition. */
    private static final int MOST = 1_000_000;

    private static final int MOST_PARTITIONS = 10_000;

    /** Of a topic and of that of its dead letters, whose name is longer. */
    private static final int LONGEST_TOPIC = 245;

    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,%d}".formatted(LONGEST_TOPIC));

    /** What is said in one place. */
    record Given(
            @Nullable Integer window,
            @Nullable FailedRecordsPolicy failedRecords,
            @Nullable NullKeysPolicy nullKeys,
            @Nullable Integer partitions,
            @Nullable String topic) {}

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

    /** The topic of an atom whose calls the engine keeps. */
    TopicSettings topicOf(String atom, String prefix) {
        Said<Given> said = settings.of(atom);
        if (said.defaults() != null && said.defaults().topic() != null) {
            throw new MisconfiguredAtomException(
                    "keyedsequential.defaults.kafka.topic is %s: all atoms would share it."
                            .formatted(said.defaults().topic()),
                    "Set it for one atom, below keyedsequential.atoms; keyedsequential.kafka.topic-prefix is for all.");
        }
        if (said.own() != null && said.own().nullKeys() != null) {
            throw new MisconfiguredAtomException(
                    ("%s.kafka.null-keys has no effect: a call without a key is refused when it is made, and the engine"
                                    + " of the atom '%s' is 'kafka'.")
                            .formatted(AtomName.property(atom), atom),
                    "Remove it: it is for records that others have sent.");
        }
        int partitions = said.get(Given::partitions, TopicSettings.DEFAULT_PARTITIONS);
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw new MisconfiguredAtomException(
                    "%s.kafka.partitions is %d.".formatted(AtomName.property(atom), partitions),
                    "Use 1 to %d. It cannot be changed while calls are in the topic.".formatted(MOST_PARTITIONS));
        }
        String topic = said.get(Given::topic, prefix + atom);
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new MisconfiguredAtomException(
                    ("The topic of the atom '%s' would be '%s', which the broker does not take: letters, digits, '.', '_'"
                                    + " and '-', %d at most.")
                            .formatted(atom, topic, LONGEST_TOPIC),
                    "Name it in %s.kafka.topic, or correct keyedsequential.kafka.topic-prefix."
                            .formatted(AtomName.property(atom)));
        }
        return new TopicSettings(topic, partitions);
    }

    /**
     * Refuses what is said of a topic where there is none of ours.
     *
     * @param why there is none
     */
    void refuseTopic(String atom, String why) {
        Given own = settings.of(atom).own();
        if (own != null && (own.partitions() != null || own.topic() != null)) {
            throw new MisconfiguredAtomException(
                    "%s.kafka.%s has no effect: it is for calls that the engine 'kafka' keeps, and %s."
                            .formatted(AtomName.property(atom), own.partitions() != null ? "partitions" : "topic", why),
                    "Remove it.");
        }
    }

    /** What is said of an atom that only an atom with a listener, or of the engine, can honour; the first of it. */
    Optional<String> ofListener(String atom) {
        Given own = settings.of(atom).own();
        if (own == null) {
            return Optional.empty();
        }
        String option = own.window() != null
                ? "window"
                : own.failedRecords() != null ? "failed-records" : own.nullKeys() != null ? "null-keys" : null;
        return Optional.ofNullable(option).map(name -> "%s.kafka.%s".formatted(AtomName.property(atom), name));
    }
}
