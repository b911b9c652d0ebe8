package io.keyedsequential.jdbc;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How instances that start at once make the tables one after the other. */
interface SchemaTurn {

    /** That of a database as Boot names it. */
    static SchemaTurn of(String platform, DataSource dataSource) {
        return platform.equals("postgresql") ? new Postgres(dataSource) : SchemaTurn::inThisProcess;
    }

    /** H2 makes an index twice, too, when two sessions look at once; they are in one process. */
    private static void inThisProcess(Runnable script) {
        synchronized (SchemaTurn.class) {
            script.run();
        }
    }

    /** Runs a script alone. */
    void run(Runnable script);

    /** What of a script is worth running; all of it by default. Inside of {@link #run} only. */
    default String missingOf(String script) {
        return script;
    }

    /**
     * On PostgreSQL, {@code create table if not exists} looks, and creates then: of two sessions that do so at once one
     * fails. And {@code create index if not exists} waits for every transaction that writes to the table, also if the
     * index is there, while all later writers wait behind it: an instance that starts would stop the others.
     */
    final class Postgres implements SchemaTurn {

        /** Used for nothing else; of the database, so that instances of other schemas wait, too, for a moment. */
        private static final long LOCK = 0x6b65796564L;

        private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");

        /** A statement with its end; there is no semicolon inside of one. */
        private static final Pattern CREATES = Pattern.compile("(?i)create (?:table|index) if not exists (\\w+)[^;]*;");

        private final JdbcTemplate jdbc;
        private final TransactionTemplate transaction;

        Postgres(DataSource dataSource) {
            this.jdbc = new JdbcTemplate(dataSource);
            this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        }

        @Override
        public void run(Runnable script) {
            transaction.executeWithoutResult(status -> {
                jdbc.query("select pg_advisory_xact_lock(?)", row -> {}, LOCK);
                script.run();
            });
        }

        @Override
        public String missingOf(String script) {
            Set<String> there = new HashSet<>(jdbc.queryForList(
                    "select relname from pg_class where relnamespace = current_schema()::regnamespace", String.class));
            return CREATES.matcher(COMMENT.matcher(script).replaceAll(""))
                    .replaceAll(creates -> there.contains(creates.group(1).toLowerCase(Locale.ROOT))
                            ? ""
                            : Matcher.quoteReplacement(creates.group()));
        }
    }
}
