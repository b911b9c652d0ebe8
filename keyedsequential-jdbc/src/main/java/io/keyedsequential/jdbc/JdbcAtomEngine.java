package io.keyedsequential.jdbc;

import io.keyedsequential.CoordinatorOptions;
import io.keyedsequential.ExhaustedPolicy;
import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.atom.AtomOption;
import io.keyedsequential.spring.atom.AtomSettings;
import io.keyedsequential.spring.engine.ArgumentCodec;
import io.keyedsequential.spring.engine.ArgumentCodec.StoredMethodChecks;
import io.keyedsequential.spring.engine.AtomEngine;
import io.keyedsequential.spring.engine.AtomEngine.EngineAtom;
import io.keyedsequential.spring.engine.StoredOperation;
import io.keyedsequential.spring.engine.StoredOperation.StoredOperations;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the operations of atoms in the application's database. */
public final class JdbcAtomEngine implements AtomEngine {

    /** The kind of this engine. */
    static final String KIND = "jdbc";

    private final JdbcEngineProperties properties;
    private final EngineBeans beans;
    private final Function<String, AtomCompletion> completions;
    private final ArgumentCodec arguments;
    private final Refusals refusals;
    private final String instance;
    private final InstantSource clock;

    private volatile @Nullable Database database;

    /**
     * For the auto-configuration.
     *
     * @param completions how an atom deletes items that have ended, by its name
     * @param clock the time of this process
     */
    JdbcAtomEngine(
            JdbcEngineProperties properties,
            EngineBeans beans,
            Function<String, AtomCompletion> completions,
            JsonMapper mapper,
            InstantSource clock) {
        this.properties = properties;
        this.beans = beans;
        this.completions = completions;
        this.arguments = new ArgumentCodec(
                mapper,
                "keyedsequential.jdbc.max-arguments",
                properties.maxArguments().toBytes());
        this.refusals = new Refusals(new StoredMethodChecks(KIND, arguments), beans.transactions());
        this.instance = InstanceName.of(properties);
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** What failed is kept: to skip it would delete it. */
    @Override
    public AtomSettings defaults() {
        return AtomSettings.source((option, value) -> "the default of the engine 'jdbc' for " + option.property())
                .with(AtomOption.EXHAUSTED_POLICY, ExhaustedPolicy.PARK)
                .build();
    }

    @Override
    public Optional<Objection> objection(StoredOperation operation, CoordinatorOptions options) {
        String atom = operation.signature().atom();
        AtomCompletion completion = completions.apply(atom);
        Optional<Objection> objection = refusals.objection(operation, options, completion);
        if (objection.isEmpty()
                && new Completions(completion.completion(), beans.transactions()).transactionOf(operation) != null) {
            beans.pool().holds(atom, options.maxConcurrency());
        }
        return objection;
    }

    @Override
    public EngineAtom open(String atom, KeyedCoordinator<Object> coordinator, StoredOperations operations) {
        return new JdbcAtom(
                atom,
                coordinator,
                operations,
                database(),
                properties,
                completions.apply(atom),
                instance,
                arguments,
                beans.transactions(),
                clock);
    }

    @Override
    public String maskSecret() {
        return new SharedSecret(database()).read();
    }

    /** Looked at when the first atom is opened: an application whose atoms are all in memory needs no tables. */
    private Database database() {
        Database known = database;
        if (known == null) {
            known = new Database(beans.dataSource(), new Tables(properties.tablePrefix()));
            new SchemaCheck(known).run();
            known.dialect().check(known.jdbc(), known.tables());
            database = known;
        }
        return known;
    }
}
