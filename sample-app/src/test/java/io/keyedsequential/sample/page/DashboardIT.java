package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.sample.SampleApplication;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;

/** Looks at the order desk while it is behind with its orders; nobody has opened write operations. */
@ExtendWith(BrowserExtension.class)
class DashboardIT {

    private static RunningApp desk;

    @BeforeAll
    static void startAndOrder() throws Exception {
        desk = RunningApp.start(
                SampleApplication.class,
                "desk.processing-time=500ms",
                "keyedsequential.atoms.orders.max-concurrency=3",
                "management.endpoint.keyedatoms.access=read-only",
                "keyedsequential.shutdown.drain-timeout=100ms");
        HttpClient client = HttpClient.newHttpClient();
        // 200 seconds of work for each of them, and more for the hot one.
        for (int round = 0; round < 200; round++) {
            for (String customer : List.of("hot", "a", "hot", "b", "hot", "c", "d", "e")) {
                order(client, customer);
            }
        }
    }

    private static void order(HttpClient client, String customer) throws IOException, InterruptedException {
        HttpRequest order = HttpRequest.newBuilder(URI.create(desk.origin() + "/orders"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"customer\": \"customer-%s\", \"amount\": 1.00}".formatted(customer)))
                .build();
        assertThat(client.send(order, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(202);
    }

    /** The orders that are still queued are of no interest. */
    @AfterAll
    static void stop() {
        if (desk != null) {
            KeyedCoordinator<Object> orders =
                    desk.context().getBean(AtomRegistry.class).coordinator("orders");
            orders.closeIntake();
            orders.keys().forEach(orders::purge);
            desk.close();
        }
    }

    @Test
    void theHotLaneIsOnTopAndItsOperationsAreBlocks(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.untilLane("customer-hot");
        assertThat(page.text("#atom-name")).isEqualTo("orders");
        assertThat(page.text("#lanes .lane:first-child .key")).isEqualTo("customer-hot");
        assertThat(page.text("#lanes .lane:first-child .blocks")).matches("(?s)([DF]\\s*)*R?(\\s*Q)+\\s*\\+\\d+");
        assertThat(page.texts("#lanes .key")).contains("customer-a", "customer-e");
        assertThat(page.text("#tiles")).contains("of 3").contains("Oldest wait");
        assertThat(page.text("#atoms")).contains("orders");
        page.screenshot("light");
    }

    @Test
    void nothingIsAskedOfAnybodyElseAndNothingIsComplainedOf(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.openLane("customer-hot");
        assertThat(browser.requests()).hasSizeGreaterThan(2).allMatch(url -> url.startsWith(desk.page()));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatIsDoneIsSeenToBeDone(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive().every(1);
        String before = page.text("#tiles [data-name='Done'] .note");
        page.until("more is done", () -> !page.text("#tiles [data-name='Done'] .note")
                .equals(before));
        page.until("blocks of done operations are there", () -> page.count("#lanes .block.is-completed") > 0);
        page.until("the curve has points", () -> page.count("#tiles .line[d*=L]") > 0);
    }

    @Test
    void aLaneExplainsItselfInASentence(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.openLane("customer-hot");
        page.untilText(
                "#sentence", sentence -> sentence.matches("(?i)operation \\d+ \\(process\\) .*wait.*behind it.*"));
        assertThat(page.text("#facts")).contains("Operation").contains("Queued");
        assertThat(page.text("#operations")).contains("queued for");
        assertThat(page.run("return document.activeElement.id")).isEqualTo("lane-key");
        page.untilText("#stack", stack -> true);
        page.screenshot("explanation");
    }

    @Test
    void whoMayNotWriteSeesNoVerbs(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.openLane("customer-hot");
        page.until("operations are listed", () -> page.count("#operations li") > 0);
        assertThat(page.verbs("#atom-verbs")).isEmpty();
        assertThat(page.verbs("#lane-verbs")).isEmpty();
        assertThat(page.verbs("#operations")).isEmpty();
    }

    @Test
    void aKeyboardIsEnough(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.untilLane("customer-hot");
        page.keys(Keys.TAB, Keys.ENTER);
        assertThat(page.run("return document.activeElement.id")).isEqualTo("lanes-title");
        page.tabTo(".lane > button");
        page.keys(Keys.ARROW_DOWN);
        page.keys(Keys.ARROW_UP);
        page.keys(Keys.ENTER);
        page.until(
                "the explanation has the focus", () -> "lane-key".equals(page.run("return document.activeElement.id")));
        page.keys(Keys.ESCAPE);
        page.until("the explanation is closed", () -> !page.shows("#explanation"));
        assertThat((boolean) page.run("return document.activeElement.matches('.lane > button')"))
                .isTrue();
    }

    @Test
    void aScreenReaderIsToldInWords(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.untilLane("customer-hot");
        assertThat(page.find(page.lane("customer-hot")).getAccessibleName())
                .matches("customer-hot: \\w+, \\d+ running, \\d+ queued\\. .*");
        assertThat(page.count("main")).isOne();
        assertThat(page.count("nav[aria-label]")).isOne();
        assertThat(page.count(".block:not([aria-hidden]) , .blocks:not([aria-hidden]) > .block:not([aria-hidden])"))
                .isZero();
        assertThat(page.find("#status").getAriaRole()).isEqualTo("status");
    }

    @Test
    void aPhoneNeedsNoScrollingSideways(Browser browser) {
        LivePage page = browser.open(desk.page(), new Dimension(360, 740)).untilLive();
        page.untilLane("customer-hot");
        page.run("for (const more of document.querySelectorAll('main details')) more.open = true");
        page.until("what has finished is listed", () -> page.count("#recent tr") > 0);
        assertFits(page);
        page.screenshot("narrow");
        page.openLane("customer-hot");
        page.untilText("#sentence", sentence -> !sentence.isEmpty());
        assertFits(page);
        page.screenshot("narrow-explanation");
    }

    private static void assertFits(LivePage page) {
        assertThat(page.run("return innerWidth")).isEqualTo(360L);
        assertThat(page.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
    }

    @Test
    void itIsDarkWhereTheReaderLikesItDark(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        String light = background(page);
        browser.media(Map.of("prefers-color-scheme", "dark"));
        page.openLane("customer-hot");
        page.screenshot("dark");
        assertThat(light).isEqualTo("rgb(245, 246, 247)");
        assertThat(background(page)).isEqualTo("rgb(20, 23, 27)");
    }

    private static String background(LivePage page) {
        return (String) page.run("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void nothingMovesWhereTheReaderLikesItStill(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive();
        page.until("something runs", () -> page.count("#lanes .block.is-running") > 0);
        assertThat(animation(page)).isEqualTo("breathe");
        browser.media(Map.of("prefers-reduced-motion", "reduce"));
        page.until("something runs", () -> page.count("#lanes .block.is-running") > 0);
        assertThat(animation(page)).isEqualTo("none");
    }

    private static Object animation(LivePage page) {
        return page.run("return getComputedStyle(document.querySelector('#lanes .block.is-running')).animationName");
    }

    @Test
    void nothingIsAskedWhileFrozen(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive().every(1);
        page.find("#hold").click();
        page.untilText("#status", status -> status.equals("Frozen"));
        assertNothingIsAsked(browser, page);
        page.find("#hold").click();
        page.untilText("#status", status -> status.equals("Live"));
    }

    @Test
    void nothingIsAskedWhileTheTabIsHidden(Browser browser) {
        LivePage page = browser.open(desk.page()).untilLive().every(1);
        hide(page, true);
        page.untilText("#status", status -> status.equals("Resting while this tab is hidden"));
        assertNothingIsAsked(browser, page);
        hide(page, false);
        page.untilText("#status", status -> status.equals("Live"));
        page.until("it asks again", () -> !browser.requests().isEmpty());
    }

    private static void hide(LivePage page, boolean hidden) {
        page.run(
                "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });"
                        + " document.dispatchEvent(new Event('visibilitychange'))",
                hidden);
    }

    /** A timer of the page that began with this look and is due after three polls were has rung before another one. */
    private static void assertNothingIsAsked(Browser browser, LivePage page) {
        browser.requests();
        browser.driver().executeAsyncScript("const done = arguments[0]; setTimeout(done, 3500)");
        assertThat(browser.requests()).isEmpty();
        assertThat(page.find("#lamp").getAttribute("class")).contains("held");
    }
}
