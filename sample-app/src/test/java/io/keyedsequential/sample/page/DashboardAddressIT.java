package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens the page where an application may have put it. */
@ExtendWith(BrowserExtension.class)
class DashboardAddressIT {

    @ParameterizedTest
    @CsvSource({
        "server.servlet.context-path=/shop, management.endpoints.web.base-path=/ops, /shop/ops/keyedatoms",
        "management.endpoints.web.base-path=/, management.endpoints.web.path-mapping.keyedatoms=lanes, /lanes"
    })
    void thePageFindsTheEndpointUnderAnyPath(String first, String second, String path, Browser browser) {
        try (RunningApp app =
                RunningApp.start(PlainApp.class, first, second, PlainApp.WRITABLE[0], PlainApp.WRITABLE[1])) {
            steer(browser, app, app.origin() + path);
        }
    }

    @Test
    void thePageFindsTheEndpointAtAPortOfItsOwn(Browser browser) {
        try (RunningApp app = RunningApp.start(
                PlainApp.class, "management.server.port=0", PlainApp.WRITABLE[0], PlainApp.WRITABLE[1])) {
            steer(browser, app, "http://localhost:" + app.port("local.management.port") + "/actuator/keyedatoms");
        }
    }

    private static void steer(Browser browser, RunningApp app, String address) {
        PlainApp.Desk desk = app.context().getBean(PlainApp.Desk.class);
        desk.hold("customer-1");
        LivePage page = browser.open(address).untilLive().every(1);
        page.openLane("customer-1");
        page.press("#lane-verbs", "Pause");
        page.untilText("#result", result -> result.startsWith("customer-1: paused"));
        assertThat(desk.atom.lane("customer-1"))
                .hasValueSatisfying(lane -> assertThat(lane.paused()).isTrue());
        assertThat(browser.requests()).allMatch(url -> url.startsWith(address));
        assertThat(browser.complaints()).isEmpty();
    }
}
