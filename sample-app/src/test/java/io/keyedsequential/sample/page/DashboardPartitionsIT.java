package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.atom.AtomRegistry;
import io.keyedsequential.spring.atom.PartitionSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a module tells of the partitions that it takes for an atom. The partitions of a broker are in {@code verification/kafka}. */
@ExtendWith(BrowserExtension.class)
class DashboardPartitionsIT {

    private static final String FULL =
            "partition 3 of topic orders is paused: its window of 1,000 is full behind offset 42, whose operation 7 runs";

    /** A listener as a module would attach it; a test decides what it tells. */
    static final class Listener implements PartitionSource {

        final List<Partition> partitions = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "orders";
        }

        @Override
        public List<Partition> partitions() {
            return partitions;
        }

        @Override
        public List<KeyInPartition> find(Object key) {
            return key.equals("ada")
                    ? List.of(new KeyInPartition(
                            "orders",
                            "orders",
                            3,
                            42,
                            2,
                            "partition 3 of topic orders is paused: its window of 1,000 is full behind offset 42, a "
                                    + "record of this key, whose operation 7 runs"))
                    : List.of();
        }

        static Partition idle(int number) {
            return new Partition(
                    "orders", "orders", number, 17, 0L, 1_000, 0, 0, false, 4, 2, 1, "nothing of it is under way");
        }

        static Partition untouched(int number) {
            return new Partition(
                    "orders",
                    "orders",
                    number,
                    -1,
                    null,
                    1_000,
                    0,
                    0,
                    false,
                    0,
                    0,
                    0,
                    "nothing of it is taken over yet");
        }

        static Partition full(int number) {
            return new Partition("orders", "orders", number, 42, 21_345L, 1_000, 1_000, 500, true, 0, 0, 0, FULL);
        }
    }

    private static RunningApp app;

    @BeforeAll
    static void start() {
        app = RunningApp.start(
                PlainApp.class,
                "management.endpoint.keyedatoms.show-keys=always",
                "management.endpoint.keyedatoms.instance=blue");
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    @Test
    void partitionsAreShownWithWhatTheyWaitFor(Browser browser) {
        PlainApp.Desk desk = app.context().getBean(PlainApp.Desk.class);
        Listener listener = new Listener();
        LivePage page = browser.open(app.page()).untilLive().every(1);
        assertThat(page.shows("#partitions-section"))
                .as("an atom that no source is attached to")
                .isFalse();

        app.context().getBean(AtomRegistry.class).find("desk").orElseThrow().fedBy(listener);
        page.untilText("#partitions-count", "none is assigned to orders"::equals);
        assertThat(page.text("#partitions-instance")).isEqualTo("of instance blue only; others have others");
        assertThat(page.shows("#partitions-scroller")).isFalse();

        listener.partitions.addAll(List.of(Listener.idle(1), Listener.untouched(2), Listener.full(3)));
        page.until("all are there", () -> page.count("#partitions tr") == 3);
        assertThat(page.text("#partitions-count")).isEqualTo("3, 1 paused, lag 21,345");
        assertThat(page.texts("#partitions tr:first-child > *"))
                .as("the paused one is the first")
                .containsExactly("orders 3", "42", "21,345", "1,000 of 1,000, paused", "500", "0", "0", "0");
        assertThat(page.text("#partitions-paused li")).isEqualToIgnoringCase(FULL); // it begins with a capital
        assertThat(page.texts("#partitions tr:nth-child(2) > *"))
                .containsExactly("orders 1", "17", "0", "0 of 1,000", "0", "4", "2", "1");
        assertThat(page.texts("#partitions tr:nth-child(3) > *").subList(0, 3))
                .containsExactly("orders 2", "nothing yet", "unknown");
        assertThat(page.texts("#headline li")).anyMatch(line -> line.contains("1 partition with a full window"));
        assertThat(page.texts("#atoms .badge")).contains("1 partition full");
        page.screenshot("partitions");

        desk.hold("ada");
        desk.hold("bob");
        page.openLane("ada");
        page.untilText("#key-partitions", text -> text.contains("a record of this key, whose operation 7 runs"));
        assertThat(page.text("#key-partitions")).startsWith("2 records of this key from offset 42 on: partition 3 of");
        page.screenshot("partitions-key");
        page.openLane("bob");
        page.until("another key is in none of them", () -> !page.shows("#key-partitions"));
        desk.openGates();

        listener.partitions.clear();
        page.untilText("#partitions-count", "none is assigned to orders"::equals);
    }
}
