package io.keyedsequential.jdbc;

import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Makes the tables at start-up, as Boot does it for its own modules: after Flyway and Liquibase, before whatever needs
 * them. Instances that start at once do so one after the other; tables that are there are left alone.
 */
final class SchemaInitializer extends DataSourceScriptDatabaseInitializer {

    private static final String SCRIPT = "classpath:io/keyedsequential/jdbc/schema-%s.sql";

    private final Tables tables;
    private final SchemaTurn turn;

    SchemaInitializer(DataSource dataSource, Tables tables, DatabaseInitializationMode mode, String platform) {
        super(dataSource, settings(mode, platform));
        this.tables = tables;
        this.turn = SchemaTurn.of(platform, dataSource);
    }

    /**
     * That of the engine's DataSource. If it is not clear which that is, nothing is done: an application whose atoms
     * are all in memory need not say, and another one is told when its first atom is opened.
     */
    static SchemaInitializer of(DataSourceChoice choice, JdbcEngineProperties properties) {
        Tables tables = new Tables(properties.tablePrefix());
        try {
            DataSource dataSource = choice.choose();
            return new SchemaInitializer(dataSource, tables, properties.initializeSchema(), platformOf(dataSource));
        } catch (MisconfiguredAtomException e) {
            if (properties.dataSource() != null) {
                throw e;
            }
            return new SchemaInitializer(choice.any(), tables, DatabaseInitializationMode.NEVER, "none");
        }
    }

    /** Where the script for a database is. */
    static String script(String platform) {
        return SCRIPT.formatted(platform);
    }

    /** A database as Boot names it. */
    static String platformOf(DataSource dataSource) {
        try {
            String product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
            return DatabaseDriver.fromProductName(product).getId();
        } catch (MetaDataAccessException e) {
            throw new IllegalStateException("the database that is to get the tables cannot be reached", e);
        }
    }

    private static DatabaseInitializationSettings settings(DatabaseInitializationMode mode, String platform) {
        DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
        settings.setSchemaLocations(List.of("optional:" + script(platform))); // other databases are refused elsewhere
        settings.setMode(mode);
        return settings;
    }

    @Override
    protected void runScripts(Scripts scripts) {
        turn.run(() -> super.runScripts(new Scripts(withNames(scripts))
                .continueOnError(scripts.isContinueOnError())
                .separator(scripts.getSeparator())
                .encoding(StandardCharsets.UTF_8)));
    }

    private List<Resource> withNames(Scripts scripts) {
        return StreamSupport.stream(scripts.spliterator(), false)
                .map(this::withNames)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Empty if everything is there that the script makes. */
    private Optional<Resource> withNames(Resource script) {
        try {
            String text = turn.missingOf(tables.in(script.getContentAsString(StandardCharsets.UTF_8)));
            return text.isBlank()
                    ? Optional.empty()
                    : Optional.of(
                            new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), script.getDescription()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
