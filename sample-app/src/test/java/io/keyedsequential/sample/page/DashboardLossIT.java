package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stops the application under the eyes of the reader, and starts it again. */
@ExtendWith(BrowserExtension.class)
class DashboardLossIT {

    @Test
    void aLostServerIsSaidPlainlyAndFoundAgain(Browser browser) {
        int port;
        LivePage page;
        try (RunningApp app = RunningApp.start(PlainApp.class, PlainApp.WRITABLE)) {
            app.context().getBean(PlainApp.Desk.class).hold("customer-1");
            port = app.port("local.server.port");
            page = browser.open(app.page()).untilLive().every(1);
            page.openLane("customer-1");
            page.until("there are verbs", () -> page.verbs("#lane-verbs").contains("Pause"));
        }
        page.untilText(
                "#status",
                status -> status.matches(
                        "Lost the server since [\\d:]{8}: no answer\\. What you see is as of [\\d:]{8}\\."));
        page.untilText("#clock", clock -> clock.matches("Trying again in \\d+ s\\."));
        assertThat(page.run("return document.body.classList.contains('lost')")).isEqualTo(true);
        assertThat(page.isEnabled("#lane-verbs button")).isFalse();
        assertThat(page.isEnabled("#atom-verbs button")).isFalse();
        page.screenshot("lost");
        // Another process at the same address: it knows nothing of the lane.
        try (RunningApp app =
                RunningApp.start(PlainApp.class, PlainApp.WRITABLE[0], PlainApp.WRITABLE[1], "server.port=" + port)) {
            page.untilLive();
            page.untilText("#sentence", sentence -> sentence.contains("lane is empty"));
            assertThat(page.isEnabled("#atom-verbs button")).isTrue();
            assertThat(page.text("#clock")).startsWith("as of");
            assertThat(app.context().isActive()).isTrue();
        }
    }
}
