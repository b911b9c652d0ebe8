package io.keyedsequential.conformance;

import io.keyedsequential.jdbc.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

/** The engine {@code jdbc} on PostgreSQL. */
@EnabledIf(
        value = "io.keyedsequential.jdbc.PostgresServer#isThere",
        disabledReason = "there is no PostgreSQL under /usr/lib/postgresql")
class PostgresConformanceTest extends DurableConformance {

    @Override
    List<String> freshStore() {
        return JdbcStores.fresh(TestDatabase.POSTGRESQL);
    }
}
