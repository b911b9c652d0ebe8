package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Ends the packaged order desk by SIGTERM while it is under load and far behind with its ledgers. */
class SigtermIT {

    @Test
    void everyAnsweredOrderIsInALedger() throws Exception {
        LoadReport report = LoadRun.run(
                LoadRun.jar(),
                LoadArguments.parse(
                        "--orders=20000",
                        "--sigterm-after=500",
                        "--desk.processing-time=25ms", // slower than any machine takes orders
                        "--keyedsequential.atoms.orders.max-concurrency=2",
                        "--keyedsequential.shutdown.drain-timeout=9m",
                        "--spring.lifecycle.timeout-per-shutdown-phase=10m"));
        assertThat(report.violations()).isEmpty();
        assertThat(report.load().placed()).hasSizeGreaterThanOrEqualTo(500);
        assertThat(report.drain().leftOver()).isEmpty();
        assertThat(report.drain().drained()).as("there was something to drain").isTrue();
    }

    @Test
    void everyAnsweredOrderThatIsLeftOverIsNamed() throws Exception {
        LoadReport report = LoadRun.run(
                LoadRun.jar(),
                LoadArguments.parse(
                        "--orders=20000",
                        "--sigterm-after=500",
                        "--desk.processing-time=50ms",
                        "--keyedsequential.atoms.orders.max-concurrency=2",
                        "--keyedsequential.shutdown.drain-timeout=200ms"));
        assertThat(report.violations()).isEmpty();
        assertThat(report.load().placed()).hasSizeGreaterThanOrEqualTo(500);
        assertThat(report.entries()).isPositive();
        assertThat(report.notProcessed()).isPositive();
    }
}
