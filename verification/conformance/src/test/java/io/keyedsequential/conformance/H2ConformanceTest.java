package io.keyedsequential.conformance;

import io.keyedsequential.jdbc.TestDatabase;
import java.util.List;

/** The engine {@code jdbc} on H2. */
class H2ConformanceTest extends DurableConformance {

    @Override
    List<String> freshStore() {
        return JdbcStores.fresh(TestDatabase.H2);
    }
}
