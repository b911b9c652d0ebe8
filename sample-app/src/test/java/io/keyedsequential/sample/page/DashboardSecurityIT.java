package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opens the page behind a sign-in form, with protection against forged requests. */
@ExtendWith(BrowserExtension.class)
class DashboardSecurityIT {

    private static RunningApp app;
    private static PlainApp.Desk desk;

    @BeforeAll
    static void start() {
        app = RunningApp.start(
                SecuredApp.class,
                PlainApp.WRITABLE[0],
                PlainApp.WRITABLE[1],
                "management.endpoint.keyedatoms.show-keys=when-authorized",
                "management.endpoint.keyedatoms.roles=OPERATOR");
        desk = app.context().getBean(PlainApp.Desk.class);
        desk.hold("customer-1");
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    private static LivePage signIn(Browser browser, String person) {
        browser.visit(app.page());
        browser.driver().manage().deleteAllCookies();
        LivePage page = browser.open(app.page());
        page.find("#username").sendKeys(person);
        page.find("#password").sendKeys(SecuredApp.PASSWORD);
        page.find("button").click();
        return page.untilLive().every(1);
    }

    @Test
    void whoHasTheRoleSeesKeysAndSteers(Browser browser) {
        LivePage page = signIn(browser, "operator");
        page.openLane("customer-1");
        page.press("#lane-verbs", "Pause");
        page.untilText("#result", result -> result.startsWith("customer-1: paused"));
        assertThat(desk.atom.lane("customer-1"))
                .hasValueSatisfying(lane -> assertThat(lane.paused()).isTrue());
        page.press("#lane-verbs", "Resume");
        page.untilText("#result", result -> result.startsWith("customer-1: resumed"));
    }

    @Test
    void whoLacksTheRoleSeesMasksThatStillLeadToTheirLane(Browser browser) {
        LivePage page = signIn(browser, "visitor");
        page.until("there is a lane", () -> page.count(".lane") == 1);
        String mask = page.text(".lane .key");
        assertThat(mask).startsWith("#").doesNotContain("customer");
        page.openLane(mask);
        page.untilText("#sentence", sentence -> sentence.contains("has been running"));
        assertThat(page.text("body")).doesNotContain("customer-1");
    }

    @Test
    void whoLacksTheRoleIsRefusedAndToldSo(Browser browser) {
        LivePage page = signIn(browser, "visitor");
        page.until("there is a lane", () -> page.count(".lane") == 1);
        page.openLane(page.text(".lane .key"));
        page.press("#lane-verbs", "Pause");
        page.untilText("#result", result -> result.contains("you may lack a role"));
        assertThat(desk.atom.lane("customer-1"))
                .hasValueSatisfying(lane -> assertThat(lane.paused()).isFalse());
    }

    @Test
    void whoIsSignedOutIsToldToSignIn(Browser browser) {
        LivePage page = signIn(browser, "visitor");
        browser.driver().manage().deleteAllCookies();
        page.untilText("#status", status -> status.contains("it wants you to sign in; reload this page"));
    }
}
