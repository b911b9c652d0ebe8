package io.keyedsequential.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.sample.SampleApplication;
import io.keyedsequential.spring.atom.AtomRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The night of docs/operating.md, walked through on the page of the order desk itself, whose write operations are open. */
@ExtendWith(BrowserExtension.class)
class StuckCustomerIT {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static RunningApp desk;

    @BeforeAll
    static void start() {
        desk = RunningApp.start(
                SampleApplication.class,
                "spring.datasource.url=jdbc:h2:mem:stuck-customer",
                "keyedsequential.shutdown.drain-timeout=100ms");
    }

    @AfterAll
    static void stop() {
        if (desk != null) {
            desk.close();
        }
    }

    private static void send(String method, String path, String json, int status)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(desk.origin() + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json))
                .build();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                .as(path)
                .isEqualTo(status);
    }

    private static String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(desk.origin() + path)).build();
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void aCustomerWhoFailsIsSeenUnderstoodAndFreed(Browser browser) throws Exception {
        send("PUT", "/chaos/ada?mode=FAIL", "", 204);
        send("POST", "/shipments", "{\"customer\":\"ada\",\"parcels\":[\"lamp\",\"chair\"]}", 202);
        LivePage page =
                browser.open(desk.page() + "#atom=shipments").untilLive().every(1);
        page.until("ada is stuck", () -> page.texts("#stuck .key").contains("ada"));
        page.untilText(page.lane("ada") + " .badge", "parked"::equals);
        assertThat(page.text(page.lane("ada") + " .numbers")).startsWith("1 queued, ");
        assertThat(page.text("#tiles")).contains("1 parked");
        page.openLane("ada");
        page.untilText(
                "#sentence",
                sentence ->
                        sentence.matches("Operation \\d+ \\(handOver\\) is parked: .*; 1 operation waits behind it"));
        assertThat(page.text("#facts")).contains("the carrier does not serve this address");
        page.screenshot("stuck-customer");

        send("DELETE", "/chaos/ada", "", 204);
        page.press("#lane-verbs", "Retry");
        page.untilText("#result", result -> result.matches("ada: operation \\d+ is tried again\\."));
        page.until("the row is gone", () -> !page.texts(".lane .key").contains("ada"));
        KeyedCoordinator<Object> shipments =
                desk.context().getBean(AtomRegistry.class).coordinator("shipments");
        assertThat(shipments.awaitIdle(Duration.ofMinutes(2))).isTrue();
        assertThat(shipments.stats().lanes()).isZero();
        assertThat(shipments.stats().completed()).isEqualTo(2);
        assertThat(get("/shipments/ada")).contains("HANDED_OVER").doesNotContain("READY");
        // The lane that was looked at has emptied, which the browser takes for a failure.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("status of 404"));
    }
}
