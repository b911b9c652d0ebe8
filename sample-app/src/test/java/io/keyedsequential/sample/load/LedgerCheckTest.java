package io.keyedsequential.sample.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The check finds what it is there to find. */
class LedgerCheckTest {

    private final PlacedOrder first = placed(0, 1, 10, 20);
    private final PlacedOrder second = placed(1, 2, 30, 40);
    private final LoadResult load = new LoadResult(List.of(first, second), List.of(), Duration.ZERO);

    private final LedgerLine firstLine = line(1, 1, "0/0", 5);
    private final LedgerLine secondLine = line(2, 2, "0/1", 10);

    @Test
    void acceptsALedgerThatIsRight() {
        assertThat(check(firstLine, secondLine)).isEmpty();
    }

    @Test
    void findsAnOrderThatIsMissing() {
        assertThat(check(firstLine)).singleElement().asString().contains("operation 2 (0/1): answered 202");
    }

    @Test
    void findsAnOrderThatIsThereTwice() {
        assertThat(check(firstLine, secondLine, line(3, 2, "0/1", 15)))
                .singleElement()
                .asString()
                .contains("is there twice");
    }

    @Test
    void findsAnOrderThatWasNeverSent() {
        assertThat(check(firstLine, secondLine, line(3, 3, "0/2", 15)))
                .singleElement()
                .asString()
                .contains("was never sent");
    }

    @Test
    void findsOrdersThatChangedPlaces() {
        assertThat(check(line(1, 2, "0/1", 5), line(2, 1, "0/0", 10)))
                .singleElement()
                .asString()
                .contains("stands behind an order that was sent after its answer");
    }

    @Test
    void findsALostUpdate() {
        assertThat(check(firstLine, line(1, 2, "0/1", 5)))
                .hasSize(2)
                .anyMatch(found -> found.contains("expected sequence 2"))
                .anyMatch(found -> found.contains("balance 5, sum of amounts 10"));
    }

    @Test
    void leavesOpenTheOrderOfRequestsThatOverlap() {
        LoadResult overlapping = new LoadResult(List.of(first, placed(1, 2, 15, 40)), List.of(), Duration.ZERO);
        List<LedgerLine> ledger = List.of(line(1, 2, "0/1", 5), line(2, 1, "0/0", 10));
        assertThat(LedgerCheck.violations(overlapping, Map.of("ada", ledger), DrainLog.NONE))
                .isEmpty();
    }

    @Test
    void acceptsAMissingOrderThatTheLogNames() {
        assertThat(check(
                        DrainLog.read(List.of(
                                "WARN orders: left over: 1 operations of 1 keys",
                                "WARN orders: left over, key #0123456789ab: 2 process queued")),
                        firstLine))
                .isEmpty();
    }

    @Test
    void findsAnOrderThatIsNamedAsQueuedAndInALedger() {
        assertThat(check(new DrainLog(false, 1, Map.of(2L, "queued")), firstLine, secondLine))
                .singleElement()
                .asString()
                .contains("was named as left over and queued");
    }

    @Test
    void findsThatTheLogNamesFewerThanItAnnounces() {
        assertThat(check(new DrainLog(false, 2, Map.of(2L, "queued")), firstLine))
                .singleElement()
                .asString()
                .contains("announces 2 operations left over and names 1");
    }

    private List<String> check(LedgerLine... ledger) {
        return check(DrainLog.NONE, ledger);
    }

    private List<String> check(DrainLog drain, LedgerLine... ledger) {
        return LedgerCheck.violations(load, Map.of("ada", List.of(ledger)), drain);
    }

    private static PlacedOrder placed(int sequence, long operation, long sentAt, long answeredAt) {
        DraftOrder draft = new DraftOrder(0, sequence, "ada", BigDecimal.valueOf(5));
        return new PlacedOrder(draft, operation, sentAt, answeredAt);
    }

    private static LedgerLine line(int sequence, long operation, String reference, long balance) {
        return new LedgerLine(sequence, operation, reference, BigDecimal.valueOf(5), BigDecimal.valueOf(balance));
    }
}
