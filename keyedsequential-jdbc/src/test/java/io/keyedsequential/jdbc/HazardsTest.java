package io.keyedsequential.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.LaneSnapshot;
import io.keyedsequential.LaneState;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** What an engine on db-scheduler may get wrong, and this one does not; the table is in docs/verification.md. */
@ParameterizedClass
@MethodSource("io.keyedsequential.jdbc.TestDatabase#all")
class HazardsTest {

    static final Script SCRIPT = new Script();

    private static final Duration HOUR = Duration.ofHours(1);

    static class Work {
        @KeyedSequential(atom = "work", key = "#key")
        public void run(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }

        @Transactional
        @KeyedSequential(atom = "work", key = "#key")
        public void runInTransaction(String key, String step) throws Exception {
            SCRIPT.run(key, step);
        }
    }

    /** The clock of this process is an hour slow. */
    @Configuration(proxyBeanMethods = false)
    static class Slow {
        @Bean
        JdbcAtomEngine slowEngine(
                JdbcEngineProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
            return engine(properties, beans, environment, () -> Instant.now().minus(HOUR));
        }
    }

    /** The clock of this process is an hour fast. */
    @Configuration(proxyBeanMethods = false)
    static class Fast {
        @Bean
        JdbcAtomEngine fastEngine(
                JdbcEngineProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
            return engine(properties, beans, environment, () -> Instant.now().plus(HOUR));
        }
    }

    private static final AtomicReference<Duration> LEAP = new AtomicReference<>(Duration.ZERO);

    /** The clock of this process leaps, as it does for a process that was frozen. */
    @Configuration(proxyBeanMethods = false)
    static class Leaping {
        @Bean
        JdbcAtomEngine leapingEngine(
                JdbcEngineProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
            return engine(properties, beans, environment, () -> Instant.now().plus(LEAP.get()));
        }
    }

    private static JdbcAtomEngine engine(
            JdbcEngineProperties properties,
            ConfigurableListableBeanFactory beans,
            Environment environment,
            InstantSource clock) {
        return new JdbcAtomEngine(
                properties,
                new EngineBeans(beans, properties),
                new AtomCompletions(environment)::of,
                JsonMapper.builder().build(),
                clock);
    }

    @Parameter
    TestDatabase database;

    private final String key = UUID.randomUUID().toString();
    private final List<Instance> started = new ArrayList<>();

    private Instance start(String url, List<Class<?>> application, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "keyedsequential.atoms.work.engine=jdbc",
                "keyedsequential.atoms.work.max-concurrency=2",
                "keyedsequential.jdbc.heartbeat-interval=1s"));
        all.addAll(List.of(properties));
        Instance instance = Instance.start(database, url, application, all.toArray(String[]::new));
        started.add(instance);
        return instance;
    }

    private Instance start(String... properties) {
        return start(database.freshUrl(), List.of(Work.class, WatchedConfiguration.class), properties);
    }

    @AfterEach
    void stop() {
        started.forEach(Instance::close);
    }

    private void untilDone(Instance instance, String... steps) {
        Patience.until(() -> {
            assertThat(SCRIPT.done(key)).containsExactly(steps);
            assertThat(instance.view("work").lane(key)).isEmpty();
        });
    }

    /** Waits until a statement has been made some times more. */
    private static void awaitStatements(Instance instance, String part, int times) {
        AtomicInteger made = new AtomicInteger();
        WatchedDataSource watched = (WatchedDataSource) instance.bean(DataSource.class);
        watched.after(part, made::incrementAndGet);
        Patience.until(() -> assertThat(made).hasValueGreaterThanOrEqualTo(times));
        watched.clear();
    }

    private static final String LOOKS_FOR_THE_DEAD = "where picked = ? and last_heartbeat <= ?";

    private static int revivals(Instance instance) {
        return instance.jdbc().queryForObject("select coalesce(max(revivals), 0) from keyed_item", Integer.class);
    }

    /** Hazard 4: an instance that stands still between the pick and the lane's thread is taken for dead from the pick on. */
    @Test
    void aLaneThatWasPickedLongAgoIsNotBegun() throws Exception {
        LEAP.set(Duration.ZERO);
        Instance instance = start(database.freshUrl(), List.of(Work.class, WatchedConfiguration.class, Leaping.class));
        WatchedDataSource watched = (WatchedDataSource) instance.bean(DataSource.class);
        for (String readsWhatIsPicked : List.of("l.paused = false)", "cross join lateral")) { // of H2, of PostgreSQL
            watched.after(readsWhatIsPicked, () -> LEAP.set(HOUR));
        }
        AtomicReference<OffsetDateTime> picked = new AtomicReference<>();
        SCRIPT.when(
                "late-" + key,
                () -> picked.set(instance.jdbc()
                        .queryForObject(
                                "select last_heartbeat from keyed_lane where task_instance = ?",
                                OffsetDateTime.class,
                                key)));
        OffsetDateTime before = OffsetDateTime.now();

        instance.bean(Work.class).run(key, "late-" + key);

        untilDone(instance, "late-" + key);
        assertThat(LEAP).hasValue(HOUR);
        assertThat(picked.get()).isAfter(before.plusMinutes(30));
    }

    /** Hazard 6: what is picked and has no thread sends no sign of life. */
    @Test
    void noMoreLanesArePickedThanRun() throws Exception {
        Instance instance = start();
        CountDownLatch gate = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            SCRIPT.when("gated-" + key, gate::await);
            instance.bean(Work.class).run(key + i, "gated-" + key);
        }
        SCRIPT.awaitBegun("gated-" + key);
        awaitStatements(instance, "select paused, max_concurrency", 2); // so that polls have gone by
        assertThat(instance.jdbc().queryForObject("select count(*) from keyed_lane where picked = true", Integer.class))
                .isLessThanOrEqualTo(2);
        gate.countDown();
        Patience.until(() -> assertThat(instance.items()).isZero());
    }

    /** Hazard 8: the lanes of an instance whose clock is slow look like those of a dead one to the others. */
    @Test
    void instancesWhoseClocksDifferByHoursAgreeOnWhatIsDueAndWhoIsDead() throws Exception {
        String url = database.freshUrl();
        Instance slow = start(url, List.of(Work.class, WatchedConfiguration.class, Slow.class));
        Instance fast = start(url, List.of(Work.class, WatchedConfiguration.class, Fast.class));
        CountDownLatch gate = new CountDownLatch(1);
        for (String each : List.of(key, key + 1, key + 2, key + 3)) { // both have some of them
            SCRIPT.when("long-" + each, gate::await);
            slow.bean(Work.class).run(each, "long-" + each);
        }
        for (String each : List.of(key, key + 1, key + 2, key + 3)) {
            SCRIPT.awaitBegun("long-" + each);
        }
        awaitStatements(fast, LOOKS_FOR_THE_DEAD, 3);
        awaitStatements(slow, LOOKS_FOR_THE_DEAD, 3);
        assertThat(revivals(slow)).isZero();
        fast.bean(Work.class).run(key, "next");
        gate.countDown();
        untilDone(fast, "long-" + key, "next");
        Patience.until(() -> assertThat(slow.items()).isZero());
    }

    /** Hazard 8: the difference is measured now and then only, and no clock is read twice alike. */
    @Test
    void whatMayRunAtOnceIsDueAMinuteAgo() {
        Instance instance = start();
        instance.controls("work").pause();
        instance.controls("work").pauseKey("paused-" + key);
        for (String each : List.of(key, "paused-" + key)) {
            instance.transaction().executeWithoutResult(status -> call(instance, each));
        }
        Patience.until(() -> assertThat(instance.view("work").lane(key)).isPresent());
        instance.controls("work").resumeKey("paused-" + key);
        for (String each : List.of(key, "paused-" + key)) {
            OffsetDateTime due = instance.jdbc()
                    .queryForObject(
                            "select execution_time from keyed_lane where task_instance = ?",
                            OffsetDateTime.class,
                            each);
            OffsetDateTime now = instance.jdbc().queryForObject("select current_timestamp", OffsetDateTime.class);
            assertThat(Duration.between(due, now)).isGreaterThan(Duration.ofSeconds(50));
        }
    }

    private static void call(Instance instance, String key) {
        try {
            instance.bean(Work.class).run(key, "step");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** An instance that finds the dead soon. What it ran itself might be taken for dead as well, so it runs nothing. */
    private Instance startWatcher(String url) throws Exception {
        Instance watcher = start(
                url, List.of(Work.class, WatchedConfiguration.class), "keyedsequential.jdbc.heartbeat-interval=200ms");
        watcher.controls("work").pauseKey(key);
        watcher.bean(Work.class).run(key, "first");
        return watcher;
    }

    private void die(Instance instance) {
        Patience.until(() -> {
            int lanes = instance.jdbc()
                    .update(
                            "update keyed_lane set picked = true, picked_by = 'dead', last_heartbeat = ?"
                                    + " where task_instance = ?",
                            OffsetDateTime.now().minusHours(1),
                            key);
            assertThat(lanes).isOne();
        });
    }

    /** Hazard 11: nothing of a lane that was paused is to run when it is taken from the dead, and nothing is to be lost. */
    @Test
    void aPausedLaneOfADeadInstanceStaysPaused() throws Exception {
        String url = database.freshUrl();
        try (Instance watcher = startWatcher(url)) {
            die(watcher);
            Patience.until(() -> assertThat(revivals(watcher)).isEqualTo(1));
            awaitStatements(watcher, LOOKS_FOR_THE_DEAD, 5);
            assertThat(watcher.view("work").lane(key).orElseThrow().state()).isEqualTo(LaneState.PAUSED);
            assertThat(SCRIPT.done(key)).isEmpty();
        }
        Instance instance = start(url, List.of(Work.class, WatchedConfiguration.class));
        instance.controls("work").resumeKey(key);
        untilDone(instance, "first");
    }

    /** Hazard 11: what kills its process would kill one instance after the other. */
    @Test
    void anItemInWhoseHandInstancesDieIsParkedAfterTheFifth() throws Exception {
        String url = database.freshUrl();
        try (Instance watcher = startWatcher(url)) {
            for (int death = 1; death <= Revival.PARK_AFTER; death++) {
                die(watcher);
                int deaths = death;
                Patience.until(() -> assertThat(revivals(watcher)).isEqualTo(deaths));
            }
        }
        Instance instance = start(url, List.of(Work.class, WatchedConfiguration.class));
        LaneSnapshot lane = instance.view("work").lane(key).orElseThrow();
        assertThat(lane.state()).isEqualTo(LaneState.PARKED);
        assertThat(String.valueOf(lane.operations().get(0).error()))
                .contains("5 instances have died with this operation in hand, the last one dead");
        instance.controls("work").resumeKey(key);
        assertThat(instance.controls("work").retry(key)).isTrue();
        untilDone(instance, "first");
    }

    /** Hazard 11: the key is paused after its lane was picked, before its items were read. */
    @Test
    void aLaneThatIsPausedWhileItIsPickedIsGivenBackAndStaysPaused() throws Exception {
        Instance instance = start();
        WatchedDataSource watched = (WatchedDataSource) instance.bean(DataSource.class);
        AtomicInteger picks = new AtomicInteger();
        WatchedDataSource.Hook pause = () -> {
            if (picks.get() == 0) { // right after the first pick that has picked it
                picks.addAndGet(instance.jdbc()
                        .update("update keyed_lane set paused = true where task_instance = ? and picked = true", key));
            }
        };
        watched.after("update keyed_lane set picked = true", pause);
        watched.after("insert into keyed_lane", pause); // of a lane that is picked as it is made
        instance.bean(Work.class).run(key, "first");
        Patience.until(() -> {
            assertThat(picks).hasPositiveValue();
            assertThat(instance.view("work").lane(key).orElseThrow().state()).isEqualTo(LaneState.PAUSED);
        });
        assertThat(SCRIPT.done(key)).isEmpty();
        watched.clear();
        instance.controls("work").resumeKey(key);
        untilDone(instance, "first");
    }

    /** Hazard 12: the lock of the row that is the fence, held during the body, would keep the signs of life out. */
    @Test
    void aBodyThatTakesLongerThanTheDeadLimitIsNotTakenForDead() throws Exception {
        String url = database.freshUrl();
        Instance one = start(url, List.of(Work.class, WatchedConfiguration.class));
        Instance other = start(url, List.of(Work.class, WatchedConfiguration.class));
        String plain = "plain-" + key;
        String inTransaction = "transaction-" + key;
        CountDownLatch gate = new CountDownLatch(1);
        SCRIPT.when(plain, gate::await);
        SCRIPT.when(inTransaction, gate::await);
        one.bean(Work.class).run(plain, plain);
        one.bean(Work.class).runInTransaction(inTransaction, inTransaction);
        SCRIPT.awaitBegun(plain);
        SCRIPT.awaitBegun(inTransaction);
        for (int beat = 0; beat < 5; beat++) { // four that are missing make one dead
            for (String each : List.of(plain, inTransaction)) {
                OffsetDateTime before = heartbeat(one, each);
                Patience.until(() -> assertThat(heartbeat(one, each)).isAfter(before));
            }
        }
        awaitStatements(other, LOOKS_FOR_THE_DEAD, 2);
        assertThat(revivals(one)).isZero();
        gate.countDown();
        Patience.until(() -> assertThat(one.items()).isZero());
        assertThat(SCRIPT.done(plain)).containsExactly(plain);
        assertThat(SCRIPT.done(inTransaction)).containsExactly(inTransaction);
    }

    private static OffsetDateTime heartbeat(Instance instance, String key) {
        return instance.jdbc()
                .queryForObject(
                        "select last_heartbeat from keyed_lane where task_instance = ?", OffsetDateTime.class, key);
    }
}
