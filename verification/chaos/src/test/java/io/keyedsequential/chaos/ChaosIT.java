package io.keyedsequential.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.jdbc.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.util.FileSystemUtils;

/**
 * Instances are killed, frozen and replaced while they call and work. Afterwards every call that was accepted has run, in order, one
 * at a time for a key, and only what was in hand has run twice; what a body did in the transaction of its call is there once.
 *
 * <p>{@code chaos.items} calls of each atom, over {@code chaos.keys} keys. What became of them is in the file {@code verdict} below
 * {@code target/chaos}, beside the ledger and the logs.
 */
class ChaosIT {

    private static final int KEYS = Integer.getInteger("chaos.keys", 100);
    private static final int ITEMS = Integer.getInteger("chaos.items", 700);

    private Path directory;
    private String url;
    private Fleet fleet;

    /** Numbers of each key that may be called by now, of all. */
    private int most;

    private final int all = Math.max(1, ITEMS / KEYS);

    @Test
    @EnabledIf("isPostgresqlThere")
    void threeInstancesOnPostgresql() throws Exception {
        begin("postgresql", () -> url = Stores.postgresql());
        List<String> roles = List.of("a", "b", "c");
        for (String role : roles) {
            fleet.start(role);
        }
        fleet.names().forEach(fleet::awaitStarted);

        work(7);
        fleet.kill("a1");
        fleet.start("a");

        work(6);
        freezeWithLanes("b1");
        work(5);
        Patience.until(() -> assertThat(lanesOf("b1")).isZero()); // others have taken them
        fleet.unfreeze("b1");

        int rest = 4;
        for (String name : fleet.names()) { // a rolling deployment
            work(rest--);
            fleet.stop(name);
            fleet.awaitStarted(fleet.start(name.substring(0, 1)));
        }
        workAll();
        check();
    }

    @AfterEach
    void endAll() {
        if (fleet != null) {
            fleet.close();
        }
    }

    static boolean isPostgresqlThere() {
        return PostgresServer.isThere();
    }

    @Test
    void oneInstanceOnAFileOfH2() throws Exception {
        begin("h2", () -> url = Stores.h2(directory));
        fleet.awaitStarted(fleet.start("a"));
        work(3);
        fleet.kill("a1");
        fleet.awaitStarted(fleet.start("a"));
        work(2);
        fleet.stop("a2");
        fleet.awaitStarted(fleet.start("a"));
        workAll();
        check();
    }

    private void begin(String name, Callable<String> store) throws Exception {
        directory = Path.of("target", "chaos", name);
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        store.call();
        Tables.create(url, KEYS);
        List<String> properties = new ArrayList<>(List.of(
                "--spring.datasource.url=" + url,
                "--spring.datasource.hikari.maximum-pool-size=20",
                "--keyedsequential.jdbc.initialize-schema=always",
                "--keyedsequential.jdbc.heartbeat-interval=3s",
                "--keyedsequential.defaults.engine=jdbc",
                "--keyedsequential.defaults.max-concurrency=" + Atom.MAX_CONCURRENCY,
                "--keyedsequential.defaults.retry.max-attempts=10",
                "--keyedsequential.defaults.retry.backoff=50ms"));
        for (Atom atom : Atom.values()) {
            properties.add("--keyedsequential.atoms.%s.jdbc.completion-batch=%d".formatted(atom.text(), atom.batch()));
        }
        fleet = new Fleet(directory, properties);
    }

    /** Lets a part of what is left be called, one of so many, and waits until half of that has ended: the rest is under way. */
    private void work(int parts) {
        int before = most;
        most += Math.max(1, (all - most) / parts);
        fleet.callUpTo(most);
        long half = (long) (before + most) * KEYS * Atom.values().length / 2;
        Patience.until(() -> assertThat(ended()).isGreaterThanOrEqualTo(half));
    }

    private void workAll() throws InterruptedException {
        fleet.callUpTo(all);
        long calls = (long) all * KEYS * Atom.values().length;
        try {
            Patience.until(() -> assertThat(ended()).isGreaterThanOrEqualTo(calls));
        } finally {
            for (String name : fleet.names()) {
                fleet.stop(name);
            }
        }
    }

    /** Calls that have ended, as the ledger knows. */
    private long ended() {
        return fleet.ledger().stream()
                .filter(line -> line.startsWith("ended ") && line.endsWith(" false"))
                .map(line -> line.substring(line.indexOf(' ', "ended ".length())))
                .distinct()
                .count();
    }

    /** Freezes an instance while it holds lanes. */
    private void freezeWithLanes(String name) throws IOException, InterruptedException, SQLException {
        fleet.freeze(name);
        while (lanesOf(name) == 0) {
            fleet.unfreeze(name);
            fleet.freeze(name);
        }
    }

    /** Those that others can take: not those that it was about to write when it was frozen. */
    private long lanesOf(String name) throws SQLException {
        return Tables.count(
                url,
                "(select 1 from keyed_lane where picked = true and picked_by = '%s' for update skip locked) l"
                        .formatted(name));
    }

    private void check() throws IOException, SQLException {
        Map<Atom, Verdict> verdicts = new EnumMap<>(Atom.class);
        StringBuilder text = new StringBuilder();
        for (Atom atom : Atom.values()) {
            Verdict verdict = LedgerCheck.check(fleet.ledger(), atom, Tables.accepted(url, atom));
            verdicts.put(atom, verdict);
            text.append(atom.text()).append(": ").append(verdict).append('\n');
        }
        TreeMap<String, List<Integer>> effects = Tables.effects(url);
        text.append("effects in the transaction of their call: %d, of which twice %d\n"
                .formatted(
                        effects.values().stream().mapToInt(List::size).sum(),
                        effects.values().stream()
                                .mapToLong(numbers -> numbers.size()
                                        - numbers.stream().distinct().count())
                                .sum()));
        Files.writeString(directory.resolve("verdict"), text);
        System.out.print(text);

        assertThat(verdicts).as("see " + directory).allSatisfy((atom, verdict) -> {
            assertThat(verdict.accepted()).isEqualTo(all * KEYS);
            assertThat(verdict.isGood()).as(atom + ": " + verdict).isTrue();
        });
        assertThat(effects).hasSize(KEYS).allSatisfy((key, numbers) -> assertThat(numbers)
                .isEqualTo(IntStream.rangeClosed(1, all).boxed().toList()));
        assertThat(Tables.count(url, "keyed_item")).isZero();
    }
}
