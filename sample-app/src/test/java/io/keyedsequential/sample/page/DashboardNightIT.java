package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.support.ui.Select;

/** What an operator needs at night: what is stuck, why, and a way to free all of it. */
@ExtendWith(BrowserExtension.class)
class DashboardNightIT {

    private static RunningApp app;
    private static PlainApp.Desk desk;
    private static KeyedCoordinator<String> archive;

    /** The archive comes first in the alphabet, and has nothing to say. */
    @BeforeAll
    static void start() {
        app = RunningApp.start(
                NightApp.class,
                "management.endpoint.keyedatoms.access=unrestricted",
                "management.endpoint.keyedatoms.show-keys=always",
                "management.endpoint.keyedatoms.trace-url=https://traces.example/trace/{traceId}?from=night",
                "management.endpoint.keyedatoms.instance=pod-7",
                "spring.application.name=order-desk",
                "keyedsequential.shutdown.drain-timeout=100ms");
        desk = app.context().getBean(PlainApp.Desk.class);
        archive = app.context().getBean(NightApp.Archive.class).atom();
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
        archive.resume();
        desk.openGates();
        for (String key : desk.atom.keys()) {
            desk.atom.resumeKey(key);
            desk.atom.purge(key);
        }
        assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(desk.atom.stats().lanes()).isZero();
    }

    private static LivePage open(Browser browser) {
        return browser.open(app.page()).untilLive().every(1);
    }

    /** Where nothing is stuck the page opens on the first atom, unless the address says otherwise. */
    private static LivePage openDesk(Browser browser) {
        return browser.open(app.page() + "#atom=desk").untilLive().every(1);
    }

    private static void park(String... keys) {
        long before = desk.atom.stats().parked();
        List.of(keys).forEach(desk::park);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> desk.atom.stats().parked() == before + keys.length);
    }

    @Test
    void thePageOpensOnWhatIsStuckAndSaysWhereItIs(Browser browser) {
        park("customer-1", "customer-2");
        desk.atom.pauseKey("customer-3");
        archive.pause();
        LivePage page = open(browser);
        page.untilText("#atom-name", "desk"::equals);
        page.untilText("#headline", headline -> headline.contains("2 keys stuck"));
        assertThat(page.texts("#headline li"))
                .anySatisfy(item -> assertThat(item).contains("2 keys parked").contains("desk 2"))
                .anySatisfy(item -> assertThat(item).contains("1 atom paused").contains("archive"))
                .anySatisfy(item -> assertThat(item).contains("1 key paused"));
        assertThat(page.texts("#atoms [aria-current] .badges .badge")).containsExactly("2 stuck", "1 paused");
        assertThat(page.run("return document.title")).isEqualTo("2 stuck – order-desk · pod-7 – Keyed atoms");
        assertThat(page.text("#where")).isEqualTo("order-desk · pod-7");
        page.screenshot("night");

        page.run("[...document.querySelectorAll('#headline a')].find(a => a.textContent === 'archive').click()");
        page.untilText("#atom-name", "archive"::equals);
        page.run("[...document.querySelectorAll('#headline a')].find(a => a.href.endsWith('at=paused')).click()");
        page.untilText("#atom-name", "desk"::equals);
        page.until("the paused key has the focus", () ->
                (boolean) page.run("return document.activeElement.id === 'paused-title'"));
        assertThat(page.texts("#paused .key")).containsExactly("customer-3");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whenNothingIsStuckItSaysSo(Browser browser) {
        LivePage page = open(browser);
        page.untilText("#headline", "Nothing is stuck, paused or saturated."::equals);
        assertThat(page.run("return document.title")).isEqualTo("order-desk · pod-7 – Keyed atoms");
    }

    @Test
    void whatRunsIsListedAndLeadsToItsLane(Browser browser) {
        desk.holdLabeled("customer-4", "order 4711");
        desk.hold("customer-5");
        LivePage page = openDesk(browser);
        page.until("both are listed", () -> page.count("#running tr") == 2);
        // Which of them began first is up to their threads.
        assertThat(page.texts("#running tr"))
                .anySatisfy(row -> assertThat(row).contains("'order 4711'", "customer-4", "desk-"))
                .anySatisfy(row -> assertThat(row).contains("customer-5"));
        assertThat(page.shows("#running-instance")).isFalse();
        page.run(
                "[...document.querySelectorAll('#running button')].find(key => key.textContent === 'customer-4').click()");
        page.untilText("#lane-key", "customer-4"::equals);
    }

    @Test
    void aKeyOrALabelIsFound(Browser browser) {
        desk.holdLabeled("customer-4", "invoice 4711");
        desk.holdLabeled("customer-5", "invoice 4712");
        LivePage page = openDesk(browser);
        page.find("#search").sendKeys("customer-5");
        page.untilText("#found-count", found -> found.startsWith("1 key, 0 operations"));
        assertThat(page.texts("#found-lanes .key")).containsExactly("customer-5");
        page.find("#search").clear();
        page.find("#search").sendKeys("invoice 47");
        page.untilText("#found-count", found -> found.startsWith("0 keys, 2 operations"));
        assertThat(page.text("#found")).contains("4711").contains("4712");
        page.screenshot("found");
        page.find("#search").clear();
        page.find("#search").sendKeys("<b>no such</b>");
        page.untilText("#found-count", found -> found.startsWith("nothing is called <b>no such</b>"));
        page.run("const s = document.querySelector('#search'); s.value = ''; s.dispatchEvent(new Event('input'))");
        page.until("it is gone", () -> !page.shows("#found-section"));
    }

    @Test
    void theExplanationHasTheFailureItsAttemptsAndItsTrace(Browser browser) {
        desk.parkTraced("customer-6", "5f0c3be81a42d7e6");
        LivePage page = open(browser);
        page.openLane("customer-6");
        page.untilText("#error-stack", stack -> stack.contains("\tat io.keyedsequential.sample.page.PlainApp$Desk"));
        assertThat(page.text("#error-stack")).startsWith("java.lang.IllegalStateException: no account of customer-6");
        assertThat(page.count("#attempts tr")).isOne();
        assertThat(page.text("#attempts")).contains("IllegalStateException: no account of customer-6");
        assertThat(page.find("#facts a").getAttribute("href"))
                .isEqualTo("https://traces.example/trace/5f0c3be81a42d7e6?from=night");
        assertThat(page.text("#facts a")).isEqualTo("5f0c3be81a42d7e6");
        page.screenshot("failure");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void allParkedKeysAreFreedAfterAPreview(Browser browser) {
        park(IntStream.range(0, 30).mapToObj(i -> "customer-" + i).toArray(String[]::new));
        desk.queue("customer-3", 2);
        long failed = desk.atom.stats().failed();
        LivePage page = open(browser);
        page.press("#parked-verbs", "Skip all parked");
        page.untilText("#question-title", "Skip all parked keys of desk?"::equals);
        assertThat(page.text("#question-text"))
                .isEqualTo("This would give the parked operation of 30 keys up; the keys go on.");
        assertThat(page.count("#question-list li")).isEqualTo(13);
        assertThat(page.text("#question-list")).contains("and 18 more").contains("2 operations behind it");
        assertThat(page.texts("#error option")).containsExactly("anything", "IllegalStateException (30)");
        page.screenshot("parked-question");
        page.press("#question", "Leave it");
        assertThat(desk.atom.stats().parked()).isEqualTo(30);
        assertThat(desk.atom.stats().failed()).isEqualTo(failed);

        page.press("#parked-verbs", "Skip all parked");
        page.press("#question", "Skip them");
        page.untilText(
                "#result", result -> result.equals("desk: 30 operations of 30 keys are given up; the keys go on."));
        assertThat(desk.atom.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(desk.atom.stats().failed()).isEqualTo(failed + 30);

        page.until("it is on the list", () -> page.shows("#actions-section"));
        page.find("#actions-section summary").click();
        page.untilText("#actions", actions -> actions.contains("skip parked"));
        assertThat(page.text("#actions tr:first-child")).contains("30 operations of 30 keys are given up");
        page.screenshot("actions");
    }

    @Test
    void onlyThoseOfOneErrorAreMeantIfSoChosen(Browser browser) {
        park("customer-1", "customer-2");
        desk.parkWith("customer-9", new UnsupportedOperationException("no such thing"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> desk.atom.stats().parked() == 3);
        LivePage page = open(browser);
        page.press("#parked-verbs", "Purge all parked");
        page.untilText("#question-text", text -> text.contains("3 operations of 3 keys"));
        new Select(page.find("#error")).selectByVisibleText("UnsupportedOperationException (1)");
        page.untilText("#question-text", text -> text.contains("1 operation of 1 key"));
        assertThat(page.texts("#question-list li")).singleElement().asString().startsWith("customer-9: ");
        page.press("#question", "Purge them");
        page.untilText("#result", result -> result.startsWith("desk: 1 operation of 1 key is taken out"));
        assertThat(desk.atom.stats().parked()).isEqualTo(2);
    }

    @Test
    void theCurvesAreThereAgainAfterAReload(Browser browser) {
        LivePage page = open(browser);
        page.untilText("#span", span -> span.startsWith("Curves: the last hour"));
        page.until("there is a curve", () -> curve(page).startsWith("M"));
        LivePage again = browser.open(app.page() + "?again").untilLive();
        again.until("there is a curve at once", () -> curve(again).startsWith("M"));
    }

    private static String curve(LivePage page) {
        return (String) page.run("return document.querySelector('#tiles .spark .line[d]')?.getAttribute('d') ?? ''");
    }

    @Test
    void itIsUsableInTheDarkAndOnANarrowScreen(Browser browser) {
        park("customer-1", "customer-2", "a-customer-with-a-name-that-does-not-end-soon-since-it-is-a-long-one");
        desk.holdLabeled("customer-4", "order 4711");
        desk.atom.pauseKey("customer-3");
        archive.pause();
        LivePage page = open(browser);
        browser.media(Map.of("prefers-color-scheme", "dark"));
        page.untilLane("customer-1");
        page.openLane("customer-1");
        page.screenshot("night-dark");
        LivePage narrow = browser.open(app.page(), new Dimension(360, 740)).untilLive();
        narrow.untilText("#headline", headline -> headline.contains("3 keys stuck"));
        assertThat((boolean) narrow.run("return document.documentElement.scrollWidth <= innerWidth"))
                .isTrue();
        narrow.screenshot("night-narrow");
    }
}
