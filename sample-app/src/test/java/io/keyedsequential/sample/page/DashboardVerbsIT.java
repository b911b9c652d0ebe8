package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.CoordinatorStats;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** Steers an atom from the page, where write operations are open. */
@ExtendWith(BrowserExtension.class)
class DashboardVerbsIT {

    private static RunningApp app;
    private static PlainApp.Desk desk;

    @BeforeAll
    static void start() {
        app = RunningApp.start(PlainApp.class, PlainApp.WRITABLE);
        desk = app.context().getBean(PlainApp.Desk.class);
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    @AfterEach
    void everythingIsAtRest() {
        desk.atom.resume();
        desk.openGates();
        for (String key : desk.atom.keys()) {
            desk.atom.resumeKey(key);
            desk.atom.purge(key);
        }
        assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
        CoordinatorStats stats = desk.atom.stats();
        assertThat(stats.lanes()).isZero();
        assertThat(stats.admitted()).isEqualTo(stats.completed() + stats.failed() + stats.cancelled());
    }

    private static LivePage open(Browser browser) {
        return browser.open(app.page()).untilLive().every(1);
    }

    @Test
    void aKeyThatIsMarkupStaysText(Browser browser) {
        String key = "<img src=x onerror=alert(1)>";
        desk.hold(key);
        LivePage page = open(browser);
        page.openLane(key);
        assertThat(page.count("img")).isZero();
        assertThat(page.text("#lane-key")).isEqualTo(key);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aKeyWithoutALaneIsPausedByItsTextWhateverSlashesItHas(Browser browser) {
        LivePage page = open(browser);
        page.find("#search").sendKeys("//x/");
        page.press("#found-verbs", "Pause the key //x/");
        page.untilLane("//x/");
        assertThat(desk.atom.keys()).containsExactly("//x/");
        page.until("the verb is gone", () -> page.verbs("#found-verbs").isEmpty());
        page.openLane("//x/");
        page.press("#lane-verbs", "Resume");
        page.until("the lane is gone", () -> desk.atom.keys().isEmpty());
    }

    @Test
    void statesAreToldApartByLetterColourAndWord(Browser browser) {
        desk.hold("running");
        desk.queue("running", 1);
        desk.awaitStage("awaiting");
        desk.park("parked");
        desk.backOff("backing off");
        desk.atom.pauseKey("paused");
        desk.queue("paused", 1);
        LivePage page = open(browser);
        page.untilLane("parked");
        page.until("all are there", () -> page.count(".lane") == 5 && page.count(".lane .block.is-backing-off") == 1);
        assertLane(page, "running", "running", "R\nQ");
        assertLane(page, "awaiting", "running", "A");
        assertLane(page, "parked", "parked", "P");
        assertLane(page, "backing off", "backing off", "B");
        assertLane(page, "paused", "paused", "Q");
        assertThat(page.texts("#stuck .key")).contains("parked");
        assertThat(page.run("return new Set([...document.querySelectorAll('.lanes .block')].map(b => {"
                        + " const s = getComputedStyle(b); return s.color + s.backgroundColor; })).size"))
                .isEqualTo(5L);
        page.screenshot("states");
    }

    private static void assertLane(LivePage page, String key, String state, String blocks) {
        String row = page.lane(key);
        assertThat(page.text(row + " .badge")).as(key).isEqualTo(state);
        assertThat(page.text(row + " .blocks").replaceAll("\\s+", "\n")).as(key).isEqualTo(blocks);
        assertThat(page.find(row).getAccessibleName()).startsWith(key + ": " + state + ", ");
    }

    @Test
    void aParkedLaneSaysWhyAndIsFreedByRetry(Browser browser) {
        CountDownLatch account = desk.park("customer-42");
        desk.queue("customer-42", 3);
        LivePage page = open(browser);
        page.openLane("customer-42");
        page.untilText("#sentence", sentence -> sentence.contains("is parked: it failed with"));
        assertThat(page.text("#facts")).contains("no account of customer-42");
        account.countDown();
        page.press("#lane-verbs", "Retry");
        page.untilText("#result", result -> result.matches("customer-42: operation \\d+ is tried again\\."));
        page.untilText("#sentence", sentence -> sentence.contains("this lane is empty") || sentence.startsWith("This"));
        assertThat(desk.atom.lane("customer-42")).isEmpty();
        assertThat(desk.atom.stats().parked()).isZero();
    }

    @Test
    void skippingSaysWhatIsLostAndAsksFirst(Browser browser) {
        desk.park("customer-7");
        desk.queue("customer-7", 2);
        long failed = desk.atom.stats().failed();
        LivePage page = open(browser);
        page.openLane("customer-7");
        page.press("#lane-verbs", "Skip");
        assertThat(page.text("#question-title")).matches("Skip operation \\d+ of customer-7\\?");
        assertThat(page.text("#question-text"))
                .contains("IllegalStateException: no account of customer-7")
                .contains("2 operations behind it go on");
        page.screenshot("question");
        // Whoever presses Enter without reading leaves it.
        page.keys(Keys.ENTER);
        page.until("the question is closed", () -> !page.shows("#question"));
        assertThat(desk.atom.stats().failed()).isEqualTo(failed);
        assertThat(desk.atom.stats().parked()).isOne();

        page.press("#lane-verbs", "Skip");
        page.press("#question", "Skip it");
        page.untilText("#result", result -> result.matches("customer-7: operation \\d+ is given up.*"));
        assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(desk.atom.stats().failed()).isEqualTo(failed + 1);
    }

    @Test
    void purgingSaysWhatIsLostAndAsksFirst(Browser browser) {
        desk.hold("customer-8");
        desk.queue("customer-8", 20);
        LivePage page = open(browser);
        page.openLane("customer-8");
        page.press("#lane-verbs", "Purge");
        assertThat(page.text("#question-title")).isEqualTo("Purge 20 operations of customer-8?");
        assertThat(page.text("#question-text")).matches(".*: (\\d+, ){7}\\d+ and 12 more\\..*");
        page.keys(Keys.ESCAPE);
        page.until("the question is closed", () -> !page.shows("#question"));
        assertThat(desk.atom.stats().queued()).isEqualTo(20);

        page.press("#lane-verbs", "Purge");
        page.press("#question", "Purge them");
        page.untilText("#result", result -> result.startsWith("customer-8: 20 operations are taken out"));
        assertThat(desk.atom.stats().queued()).isZero();
        assertThat(desk.atom.stats().active()).isOne();
    }

    @Test
    void oneOperationIsCancelled(Browser browser) {
        desk.hold("customer-9");
        desk.queue("customer-9", 1);
        LivePage page = open(browser);
        page.openLane("customer-9");
        page.until("both are listed", () -> page.count("#operations li") == 2);
        page.press("#operations li:last-child", "Cancel");
        assertThat(page.text("#question-text")).contains("It is taken out and never runs");
        page.press("#question", "Cancel it");
        page.untilText("#result", result -> result.matches("desk: operation \\d+ is cancelled\\."));
        page.until("one is left", () -> page.count("#operations li") == 1);
        assertThat(desk.atom.stats().queued()).isZero();
    }

    @Test
    void whatNeverEndsIsAbandonedAfterAWarning(Browser browser) {
        desk.awaitStage("customer-14");
        desk.queue("customer-14", 1);
        long failed = desk.atom.stats().failed();
        LivePage page = open(browser);
        page.openLane("customer-14");
        page.untilText("#sentence", sentence -> sentence.contains("can be abandoned"));
        page.until("both are listed", () -> page.count("#operations li") == 2);
        assertThat(page.text("#operations li:last-child")).doesNotContain("Abandon");
        page.press("#operations li:first-child", "Abandon");
        assertThat(page.text("#question-text")).contains("Its body may still run");
        page.screenshot("abandon");
        page.press("#question", "Abandon it");
        page.untilText("#result", result -> result.matches("desk: operation \\d+ is abandoned: .*"));
        assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(desk.atom.stats().failed()).isEqualTo(failed + 1);
    }

    @Test
    void aLaneIsPausedAndResumed(Browser browser) {
        desk.hold("customer-10");
        LivePage page = open(browser);
        page.openLane("customer-10");
        page.press("#lane-verbs", "Pause");
        page.press("#lane-verbs", "Resume");
        page.until("it may be paused again", () -> page.verbs("#lane-verbs").contains("Pause"));
        assertThat(desk.atom.lane("customer-10"))
                .hasValueSatisfying(lane -> assertThat(lane.paused()).isFalse());
    }

    @Test
    void theAtomIsPausedAndResumedAndItsLimitIsChanged(Browser browser) {
        LivePage page = open(browser);
        page.press("#atom-verbs", "Pause");
        page.untilText("#atom-state", state -> state.equals("paused"));
        assertThat(desk.atom.isPaused()).isTrue();
        page.press("#atom-verbs", "Resume");
        page.untilText("#atom-state", state -> state.equals("running"));
        page.press("#atom-verbs", "Change limit");
        page.find("#limit").clear();
        page.find("#limit").sendKeys("7", Keys.ENTER);
        page.untilText("#result", result -> result.contains("maxConcurrency is 7, was 4"));
        page.untilText("#tiles", tiles -> tiles.contains("of 7"));
        assertThat(desk.atom.stats().maxConcurrency()).isEqualTo(7);
        desk.atom.setMaxConcurrency(4);
    }

    @Test
    void whatTheServerRefusesIsSaid(Browser browser) {
        desk.park("customer-11");
        LivePage page = open(browser);
        page.openLane("customer-11");
        page.until("it may be retried", () -> page.verbs("#lane-verbs").contains("Retry"));
        page.find("#hold").click();
        desk.atom.purge("customer-11");
        page.press("#lane-verbs", "Retry");
        page.untilText("#result", result -> result.startsWith("Not done: "));
    }

    @Test
    void aFrameOfSomebodyElseHasNoVerbs(Browser browser) {
        desk.hold("customer-12");
        browser.open(app.origin() + "/actuator/health");
        LivePage page = new LivePage(browser);
        page.run(
                "const f = document.createElement('iframe'); f.src = arguments[0]; document.body.append(f)",
                app.page());
        browser.driver().switchTo().frame(0);
        page.untilLive();
        page.untilLane("customer-12");
        assertThat(page.verbs("#atom-verbs")).isEmpty();
        browser.driver().switchTo().defaultContent();
    }

    @Test
    void anAddressLeadsToALane(Browser browser) {
        desk.hold("customer-13");
        LivePage page = open(browser);
        page.openLane("customer-13");
        String address = (String) page.run("return location.href");
        assertThat(address).contains("#atom=desk&lane=").doesNotContain("customer");
        LivePage again = browser.open(address).untilLive();
        again.untilText("#lane-key", "customer-13"::equals);
        again.untilText("#sentence", sentence -> sentence.contains("has been running"));
    }
}
