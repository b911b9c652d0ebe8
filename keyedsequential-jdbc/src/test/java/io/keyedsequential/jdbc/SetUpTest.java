package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.annotation.KeyedSequential;
import io.keyedsequential.spring.atom.KeyMask;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.annotation.Transactional;

/** What instances and applications share in one database, and what they keep apart. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
@ExtendWith(OutputCaptureExtension.class)
class SetUpTest {

    static final Script SCRIPT = new Script();

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }

        @KeyedSequential(atom = "work", key = "#key", idempotencyKey = "#event")
        public void once(String key, String event) throws Exception {
            SCRIPT.run(key, event);
        }
    }

    static class Transactions {
        @Transactional
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key) {}
    }

    @Parameter
    TestDatabase database;

    private final String key = UUID.randomUUID().toString();
    private final List<Instance> started = new ArrayList<>();

    private Instance start(String url, Class<?> work, String... properties) {
        List<String> all = new ArrayList<>(List.of("keyedsequential.atoms.work.engine=jdbc"));
        all.addAll(List.of(properties));
        Instance instance = Instance.start(database, url, List.of(work), all.toArray(String[]::new));
        started.add(instance);
        return instance;
    }

    private Instance start(String url, String... properties) {
        return start(url, Work.class, properties);
    }

    @AfterEach
    void stop() {
        started.forEach(Instance::close);
    }

    @Test
    void twoApplicationsWithTwoPrefixesShareASchemaAndNothingElse() throws Exception {
        String url = database.freshUrl();
        Instance one = start(url, "keyedsequential.jdbc.table-prefix=One_");
        Instance two = start(url, "keyedsequential.jdbc.table-prefix=two");
        one.controls("work").pause();
        one.bean(Work.class).run(key, "one");
        one.bean(Work.class).once(key, "event-" + key);
        two.bean(Work.class).run(key, "two");
        two.bean(Work.class).once(key, "event-" + key); // known to the other application only
        Patience.until(() -> assertThat(SCRIPT.done(key)).containsExactly("two", "event-" + key));
        assertThat(two.jdbc().queryForObject("select count(*) from one_item", Long.class))
                .isEqualTo(2);
        assertThat(two.view("work").isPaused()).isFalse();
        one.controls("work").resume();
        Patience.until(
                () -> assertThat(SCRIPT.done(key)).containsExactly("two", "event-" + key, "one", "event-" + key));
        assertThat(one.bean(KeyMask.class).mask(key))
                .isNotEqualTo(two.bean(KeyMask.class).mask(key));
    }

    @Test
    void aKeyIsMaskedAlikeByAllInstancesAndAfterARestart() {
        String url = database.freshUrl();
        Instance one = start(url);
        String masked = one.bean(KeyMask.class).mask(key);
        assertThat(start(url).bean(KeyMask.class).mask(key)).isEqualTo(masked);
        assertThat(start(database.freshUrl()).bean(KeyMask.class).mask(key)).isNotEqualTo(masked);
    }

    @Test
    void anIdempotencyKeyIsForgottenSomeTimeAfterItsOperationHasEndedAndNotBefore() throws Exception {
        String url = database.freshUrl();
        Instance first = start(url);
        first.bean(Work.class).once(key, "ended-" + key);
        Patience.until(() -> assertThat(SCRIPT.done(key)).containsExactly("ended-" + key));
        Patience.until(() -> assertThat(first.items()).isZero());
        first.controls("work").pause();
        first.bean(Work.class).once(key, "waits-" + key);
        first.bean(Work.class).once(key, "ended-" + key); // known
        assertThat(first.items()).isEqualTo(1);
        Instance forgetful = start(url, "keyedsequential.jdbc.keep-idempotency-keys=0s");
        Patience.until(
                () -> assertThat(forgetful.jdbc().queryForList("select idempotency_key from keyed_done", String.class))
                        .containsExactly("waits-" + key));
        forgetful.bean(Work.class).once(key, "waits-" + key); // known
        forgetful.bean(Work.class).once(key, "ended-" + key); // anew
        assertThat(first.items()).isEqualTo(2);
        first.controls("work").resume();
        Patience.until(
                () -> assertThat(SCRIPT.done(key)).containsExactly("ended-" + key, "waits-" + key, "ended-" + key));
    }

    @Test
    void anOperationThatHaltsPausesTheAtomOnAllInstancesUntilOneIsResumed() throws Exception {
        String url = database.freshUrl();
        String halt = "keyedsequential.atoms.work.exhausted-policy=halt";
        Instance one = start(url, halt);
        Instance other = start(url, halt);
        SCRIPT.when("bad-" + key, () -> {
            throw new IllegalStateException("no");
        });
        one.bean(Work.class).run(key, "bad-" + key);
        for (Instance instance : List.of(one, other)) {
            Patience.until(() -> assertThat(instance.view("work").isPaused()).isTrue());
        }
        one.bean(Work.class).run(key, "next");
        other.bean(Work.class).run(key + "-other", "next");
        Patience.until(
                () -> assertThat(other.view("work").fresh().stats().queued()).isEqualTo(2));
        assertThat(SCRIPT.done(key)).isEmpty();
        other.controls("work").resume();
        Patience.until(() -> assertThat(SCRIPT.done(key)).containsExactly("next"));
        Patience.until(() -> assertThat(SCRIPT.done(key + "-other")).containsExactly("next"));
        Patience.until(() -> assertThat(one.view("work").isPaused()).isFalse());
    }

    @Test
    void aLimitThatAnOperatorHasSetIsTakenBackOnAllInstancesAlsoAfterARestart() {
        String url = database.freshUrl();
        String limit = "keyedsequential.atoms.work.max-concurrency=";
        Instance one = start(url, limit + 5);
        one.controls("work").setMaxConcurrency(2);
        Instance other = start(url, limit + 7);
        assertThat(other.view("work").fresh().stats().maxConcurrency()).isEqualTo(2);
        other.controls("work").resetMaxConcurrency();
        assertThat(other.view("work").fresh().stats().maxConcurrency()).isEqualTo(7);
        Patience.until(() ->
                assertThat(one.view("work").fresh().stats().maxConcurrency()).isEqualTo(5));
        assertThat(start(url, limit + 6).view("work").fresh().stats().maxConcurrency())
                .isEqualTo(6);
    }

    @Test
    void aPoolThatIsSmallerThanTheBodiesThatHoldAConnectionIsWarnedOf(CapturedOutput output) {
        start(
                database.freshUrl(),
                Transactions.class,
                "keyedsequential.atoms.work.max-concurrency=6",
                "spring.datasource.hikari.maximum-pool-size=6");
        assertThat(output.getAll())
                .containsOnlyOnce("6 bodies of [work] hold a connection each")
                .contains("maximum-pool-size");
    }

    @Test
    void aPoolThatHasRoomIsNotWarnedOfNorOneWhoseBodiesHoldNothing(CapturedOutput output) {
        start(
                database.freshUrl(),
                Transactions.class,
                "keyedsequential.atoms.work.max-concurrency=6",
                "spring.datasource.hikari.maximum-pool-size=10");
        start(
                database.freshUrl(),
                "keyedsequential.atoms.work.max-concurrency=6",
                "spring.datasource.hikari.maximum-pool-size=6");
        assertThat(output.getAll()).doesNotContain("hold a connection each");
    }
}
