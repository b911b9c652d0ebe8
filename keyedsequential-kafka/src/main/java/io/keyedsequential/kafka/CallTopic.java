package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.AtomName;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic of an atom. Looked at once, before the first call is sent or taken: it is made if it is missing, and
 * refused if it has another number of partitions. For any thread.
 */
final class CallTopic {

    private static final Log log = LogFactory.getLog(CallTopic.class);

    private final String atom;
    private final TopicSettings settings;
    private final KeyedKafkaProperties properties;
    private final KafkaClients clients;

    private volatile boolean checked;

    CallTopic(String atom, TopicSettings settings, KeyedKafkaProperties properties, KafkaClients clients) {
        this.atom = atom;
        this.settings = settings;
        this.properties = properties;
        this.clients = clients;
    }

    TopicSettings settings() {
        return settings;
    }

    /**
     * Looks at it, unless that has been done.
     *
     * @throws MisconfiguredAtomException if it is not as configured, or the broker cannot be asked
     */
    void check() {
        if (!checked) {
            checkOnce();
        }
    }

    private synchronized void checkOnce() {
        if (checked) {
            return;
        }
        try (Admin admin = clients.admin(properties.sendTimeout())) {
            String topic = settings.topic();
            Optional<Integer> partitions = partitions(admin, topic);
            if (partitions.isEmpty()) {
                create(admin, topic);
                partitions = partitions(admin, topic);
            }
            int found = partitions.orElse(settings.partitions()); // it is made, and not yet known everywhere
            if (found != settings.partitions()) {
                throw changed(found);
            }
            refuseCompaction(admin, topic);
            if (properties.createTopics() && partitions(admin, deadLetters()).isEmpty()) {
                create(admin, deadLetters());
            }
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw unreachable(e);
        }
        checked = true;
    }

    /** Where spring-kafka's recoverer publishes what does not succeed. */
    private String deadLetters() {
        return settings.topic() + "-dlt";
    }

    private static Optional<Integer> partitions(Admin admin, String topic) throws ExecutionException {
        try {
            return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                    .map(found -> found.partitions().size())
                    .findFirst();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void create(Admin admin, String topic) throws ExecutionException {
        if (!properties.createTopics()) {
            throw new MisconfiguredAtomException(
                    "The topic '%s', which is to keep the calls of the atom '%s', does not exist at %s."
                            .formatted(topic, atom, clients.address()),
                    ("Make it with %d partitions, and '%s' beside it for what does not succeed; or set "
                                    + "keyedsequential.kafka.create-topics to true.")
                            .formatted(settings.partitions(), deadLetters()));
        }
        NewTopic made = new NewTopic(
                        topic, Optional.of(settings.partitions()), Optional.ofNullable(properties.replicationFactor()))
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
        try {
            await(admin.createTopics(List.of(made)).all());
            log.info("%s: made the topic %s with %d partitions".formatted(atom, topic, settings.partitions()));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // another instance was quicker
                throw e;
            }
        }
    }

    /** A topic that keeps the last record of a key loses the calls before it. Not every application may ask. */
    private void refuseCompaction(Admin admin, String topic) throws ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            for (Config config :
                    await(admin.describeConfigs(List.of(resource)).all()).values()) {
                ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
                if (policy != null && String.valueOf(policy.value()).contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                    throw new MisconfiguredAtomException(
                            ("The topic '%s' of the atom '%s' has the cleanup.policy %s: of the calls of a key the "
                                            + "broker would keep the last one.")
                                    .formatted(topic, atom, policy.value()),
                            "Set its cleanup.policy to delete.");
                }
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)
                    && !(e.getCause() instanceof UnknownTopicOrPartitionException)) { // just made
                throw e;
            }
        }
    }

    private static <T> T await(Future<T> answer) throws ExecutionException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while the broker was asked", e);
        }
    }

    private MisconfiguredAtomException changed(int found) {
        String property = AtomName.property(atom);
        return new MisconfiguredAtomException(
                ("The topic '%s' of the atom '%s' has %d partitions, and %s.kafka.partitions is %d: calls of one key "
                                + "would be in two partitions, and run in any order.")
                        .formatted(settings.topic(), atom, found, property, settings.partitions()),
                ("If the topic was made with %d partitions, set %s.kafka.partitions to %d. If it has been changed: set "
                                + "it to %d all the same, but stop all callers first and let what is in the topic run, "
                                + "or name a new topic in %s.kafka.topic when it is empty. A number of partitions is "
                                + "changed in this way only: drain, then a new topic.")
                        .formatted(found, property, found, found, property));
    }

    private MisconfiguredAtomException unreachable(Throwable failure) {
        return new MisconfiguredAtomException(
                "The topic '%s', which keeps the calls of the atom '%s', cannot be looked at: the broker at %s says: %s"
                        .formatted(settings.topic(), atom, clients.address(), failure.getMessage()),
                ("Is the broker there, does spring.kafka.bootstrap-servers name it, and may this application "
                                + "describe%s the topic? What is in the topic stays there.")
                        .formatted(properties.createTopics() ? " and create" : ""),
                failure);
    }
}
