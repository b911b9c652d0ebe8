package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Looks at 10,000 lanes with 100,000 operations. On a slow machine the one that stands still is shown as stuck at some time. */
@ExtendWith(BrowserExtension.class)
class DashboardSizeIT {

    private static final int LANES = 10_000;

    @Test
    void whatIsDrawnIsBoundedWhateverWaits(Browser browser) {
        try (RunningApp app = RunningApp.start(PlainApp.class, PlainApp.WRITABLE)) {
            PlainApp.Desk desk = app.context().getBean(PlainApp.Desk.class);
            desk.atom.setMaxConcurrency(1);
            CountDownLatch gate = desk.hold("hot");
            desk.queue("hot", 1_000);
            for (int lane = 1; lane < LANES; lane++) {
                desk.queue("customer-" + lane, 10);
            }
            LivePage page = browser.open(app.page()).untilLive();
            page.untilText("#lanes-count", count -> count.matches("(49|50) of 10,000 shown, busiest first"));
            assertThat(page.text("#tiles")).contains("100,990");
            assertThat(page.text(".lanes:not(:empty) .lane:first-child .key")).isEqualTo("hot");
            assertBounded(page, 50);
            page.openLane("hot");
            page.untilText("#operations-count", count -> count.equals("100 of 1,001 shown"));
            assertThat(page.count("#operations li")).isEqualTo(100);
            page.press("main", "Show more lanes");
            page.untilText("#lanes-count", count -> count.matches("(99|100) of 10,000.*"));
            page.press("main", "Show more lanes");
            page.untilText("#lanes-count", count -> count.matches("(199|200) of 10,000.*"));
            assertBounded(page, 200);
            assertThat(page.shows("#more")).isFalse();
            page.screenshot("size");

            gate.countDown();
            assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
            assertThat(desk.atom.stats().lanes()).isZero();
            page.until("all lanes are gone", () -> page.count(".lane") == 0 && page.shows("#lanes-empty"));
        }
    }

    /** At most ten live blocks a row, four that are done, and one that says how many more there are. */
    private static void assertBounded(LivePage page, int lanes) {
        assertThat(page.count("#lanes .lane")).isBetween(lanes - 1L, (long) lanes);
        assertThat(page.count("#stuck .lane")).isLessThanOrEqualTo(1);
        assertThat(page.count(".blocks > *")).isLessThanOrEqualTo(lanes * 15L);
    }
}
