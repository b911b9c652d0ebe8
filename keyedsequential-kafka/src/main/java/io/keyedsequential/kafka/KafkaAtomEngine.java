package io.keyedsequential.kafka;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.StoredMethodChecks;
import io.keyedsequential.spring.engine.AtomEngine;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredOperation;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the calls of atoms in topics of Kafka, one for each atom. */
public final class KafkaAtomEngine implements AtomEngine, DisposableBean {

    /** The kind of this engine. */
    static final String KIND = "kafka";

    /** Of an atom in this process: the windows of its partitions are the bound, and no caller is kept waiting. */
    static final int CAPACITY = Integer.MAX_VALUE;

    private final KeyedKafkaProperties properties;
    private final KafkaClients clients;
    private final KeyedListeners listeners;
    private final ArgumentCodec arguments;
    private final CallRefusals refusals;
    private final CallSender sender;

    /** For the auto-configuration. */
    KafkaAtomEngine(
            KeyedKafkaProperties properties, KafkaClients clients, KeyedListeners listeners, JsonMapper mapper) {
        this.properties = properties;
        this.clients = clients;
        this.listeners = listeners;
        this.arguments = new ArgumentCodec(
                mapper,
                "keyedsequential.kafka.max-arguments",
                properties.maxArguments().toBytes());
        this.refusals = new CallRefusals(new StoredMethodChecks(KIND, arguments));
        this.sender = new CallSender(
                () -> clients.producer("keyedsequential-calls", properties.sendTimeout()),
                properties.sendTimeout(),
                clients.address());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public AtomSettings defaults() {
        return AtomSettings.source((option, value) -> "the default of the engine 'kafka' for " + option.property())
                .with(AtomOption.CAPACITY, CAPACITY)
                .build();
    }

    @Override
    public Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options) {
        return refusals.objection(operation, options);
    }

    @Override
    public EngineAtom open(String atom, KeyedCoordinator<Object> coordinator, StoredOperations operations) {
        clients.check();
        CallTopic topic =
                new CallTopic(atom, listeners.settings().topicOf(atom, properties.topicPrefix()), properties, clients);
        return new KafkaAtom(
                atom,
                coordinator,
                topic,
                new CallRecords(atom, operations, arguments),
                sender,
                new CallListener(
                        atom, coordinator, operations, arguments, listeners.deliveries(), properties.unreadableGrace()),
                listeners,
                clients.consumers());
    }

    @Override
    public void destroy() {
        sender.close();
    }
}
