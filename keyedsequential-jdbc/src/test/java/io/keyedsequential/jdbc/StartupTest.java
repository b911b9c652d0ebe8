package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.MisconfiguredAtomException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be honoured ends the start-up, with cause and remedy. */
class StartupTest {

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    @TempDir
    Path directory;

    private static MisconfiguredAtomException refused(String url, String... properties) {
        String[] all = new String[properties.length + 1];
        all[0] = "keyedsequential.atoms.work.engine=jdbc";
        System.arraycopy(properties, 0, all, 1, properties.length);
        Throwable thrown = catchThrowable(() ->
                Instance.start(TestDatabase.H2, url, List.of(Work.class), all).close());
        assertThat(thrown).isNotNull();
        return find(thrown);
    }

    private static MisconfiguredAtomException find(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MisconfiguredAtomException refused) {
                return refused;
            }
        }
        throw new AssertionError("not refused", thrown);
    }

    private static String memory() {
        return "jdbc:h2:mem:" + UUID.randomUUID();
    }

    @Test
    void anH2FileThatWritesLate() {
        MisconfiguredAtomException refused = refused("jdbc:h2:file:" + directory.resolve("db"));
        assertThat(refused).hasMessageContaining("a crash would lose calls");
        assertThat(refused.action()).contains(";WRITE_DELAY=0");
    }

    @Test
    void missingTables() {
        MisconfiguredAtomException refused = refused(memory(), "keyedsequential.jdbc.initialize-schema=never");
        assertThat(refused).hasMessageContaining("The table keyed_atom is missing");
        assertThat(refused.action()).contains("schema-h2.sql").contains("initialize-schema: always");
    }

    @Test
    void anOptionThatTheEngineCannotHonour() {
        MisconfiguredAtomException refused = refused(memory(), "keyedsequential.atoms.work.queue-timeout=1s");
        assertThat(refused).hasMessageContaining("queue-timeout");
        assertThat(refused.action()).contains("keyedsequential.atoms.work.queue-timeout");
    }
}
