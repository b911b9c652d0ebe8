package io.keyedsequential.sample.load;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What a run found.
 *
 * @param load what was sent and answered
 * @param ledgers what the ledgers hold
 * @param drain what the log says was left over
 * @param violations what is wrong
 */
record LoadReport(LoadResult load, Map<String, List<LedgerLine>> ledgers, DrainLog drain, List<String> violations) {

    private static final int SHOWN = 20;

    long entries() {
        return ledgers.values().stream().mapToLong(List::size).sum();
    }

    /** Answered 202, and in no ledger. */
    long notProcessed() {
        return load.placed().stream()
                .filter(order -> drain.isQueued(order.operation()))
                .count();
    }

    @Override
    public String toString() {
        BigDecimal sum = ledgers.values().stream()
                .flatMap(List::stream)
                .map(LedgerLine::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        StringBuilder text = new StringBuilder(
                """
                orders       %d answered 202, %d sent without such an answer
                answers      %.1f s, %.0f orders/s, p50 %.1f ms, p99 %.1f ms
                ledgers      %d with %d entries, sum %s
                left over    %d operations named in the log
                """
                        .formatted(
                                load.placed().size(),
                                load.unanswered().size(),
                                load.took().toMillis() / 1000.0,
                                load.ordersPerSecond(),
                                load.answerMillis(0.50),
                                load.answerMillis(0.99),
                                ledgers.size(),
                                entries(),
                                sum.toPlainString(),
                                drain.leftOver().size()));
        violations.stream().limit(SHOWN).forEach(violation -> text.append(violation)
                .append('\n'));
        String verdict = violations.isEmpty() ? "OK" : "FAILED, %d violations".formatted(violations.size());
        return text.append("verdict      ").append(verdict).toString();
    }
}
