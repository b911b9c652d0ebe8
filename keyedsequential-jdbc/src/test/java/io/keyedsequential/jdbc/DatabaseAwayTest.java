package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.AtomView.AtomUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;

/** A server that crashes under a working application, and comes back. */
@EnabledIf("io.keyedsequential.jdbc.PostgresServer#isThere")
@ExtendWith(OutputCaptureExtension.class)
class DatabaseAwayTest {

    static final Script SCRIPT = new Script();

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }
    }

    private static final List<String> KEYS = List.of("a", "b", "c", "d");

    private static List<String> lines(CapturedOutput output, Predicate<String> which) {
        return output.getAll().lines().filter(which).toList();
    }

    @Test
    void callersAreToldAtOnceAndWhatIsStoredGoesOnWhenItIsBack(CapturedOutput output) throws Exception {
        PostgresServer server = PostgresServer.another();
        try (Instance instance = Instance.start(
                TestDatabase.POSTGRESQL,
                server.url(),
                List.of(Work.class, WatchedConfiguration.class),
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.atoms.work.max-concurrency=2",
                "spring.datasource.hikari.connection-timeout=1000")) {
            Work work = instance.bean(Work.class);
            WatchedDataSource watched = (WatchedDataSource) instance.bean(DataSource.class);
            CountDownLatch gate = new CountDownLatch(1);
            SCRIPT.when("0", gate::await);
            List<String> steps = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String step = String.valueOf(i);
                steps.add(step);
                for (String key : KEYS) {
                    work.run(key, step);
                }
            }
            SCRIPT.awaitBegun("0");
            int before = output.getAll().length();
            server.crash();

            assertThatThrownBy(() -> work.run("a", "refused")).isInstanceOf(DataAccessException.class);
            gate.countDown(); // bodies end without a database
            AtomicInteger asked = new AtomicInteger();
            watched.before("", asked::incrementAndGet);
            Patience.until(() -> assertThat(asked).hasValueGreaterThan(5));
            assertThatThrownBy(() -> instance.view("work").fresh().stats())
                    .isInstanceOf(AtomUnavailableException.class)
                    .hasMessageStartingWith("the database does not answer as it should: ");
            int unasked = asked.get();
            for (int i = 0; i < 50; i++) {
                assertThatThrownBy(() -> instance.view("work").lanes(10)).isInstanceOf(AtomUnavailableException.class);
                assertThatThrownBy(() -> instance.controls("work").pause())
                        .isInstanceOf(AtomUnavailableException.class);
            }
            assertThat(asked.get() - unasked)
                    .as("questions of operators while it is away")
                    .isLessThan(50);
            server.start();

            Patience.until(() -> assertThat(instance.items()).isZero());
            for (String key : KEYS) {
                List<String> done = SCRIPT.done(key);
                // What had ended when the database went is run again, before what follows it.
                assertThat(done.stream().distinct()).containsExactlyElementsOf(steps);
                assertThat(done).hasSizeLessThanOrEqualTo(steps.size() + 1);
                assertThat(done.subList(done.size() - 9, done.size())).containsExactlyElementsOf(steps.subList(1, 10));
            }
            work.run("a", "after");
            Patience.until(() -> assertThat(SCRIPT.done("a")).endsWith("after"));
            assertThat(instance.view("work").fresh().stats().maxConcurrency()).isEqualTo(2);

            // By the sweeper, which looks each second: calls may have run before it.
            Patience.until(() -> assertThat(lines(output, line -> line.contains("work: the database answers again")))
                    .hasSize(1));
            List<String> told = output.getAll()
                    .substring(before)
                    .lines()
                    .filter(line -> line.contains("WARN") || line.contains("ERROR"))
                    .filter(line -> !line.contains("com.zaxxer"))
                    .toList();
            assertThat(told)
                    .as("one line for the change, whatever polls")
                    .singleElement()
                    .asString()
                    .contains("work: the database does not answer as it should; what is stored waits until it does");
        } finally {
            server.discardNow();
        }
    }
}
