package io.keyedsequential.sample.load;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares ledgers with what was ordered. Knows nothing of how the order desk works, only what it promises:
 *
 * <ul>
 *   <li>every order that was answered is in the ledger of its customer, once, or named as left over;
 *   <li>what is named as left over and queued is in no ledger;
 *   <li>an order that was answered before another one was sent stands before it;
 *   <li>sequence numbers have no gap, and every balance is the sum of the amounts up to it.
 * </ul>
 */
final class LedgerCheck {

    private final Map<String, PlacedOrder> placed = new HashMap<>();
    private final Set<String> unanswered = new HashSet<>();
    private final DrainLog drain;
    private final List<String> violations = new ArrayList<>();

    private LedgerCheck(LoadResult load, DrainLog drain) {
        load.placed().forEach(order -> placed.put(order.draft().reference(), order));
        load.unanswered().forEach(order -> unanswered.add(order.draft().reference()));
        this.drain = drain;
    }

    /** What is wrong with the ledgers; empty if nothing is. */
    static List<String> violations(LoadResult load, Map<String, List<LedgerLine>> ledgers, DrainLog drain) {
        LedgerCheck check = new LedgerCheck(load, drain);
        Set<String> found = new HashSet<>();
        ledgers.forEach((customer, lines) -> check.ledger(customer, lines, found));
        check.missing(found);
        check.drain();
        return check.violations;
    }

    private void ledger(String customer, List<LedgerLine> lines, Set<String> found) {
        BigDecimal balance = BigDecimal.ZERO;
        int sequence = 0;
        long latestSent = Long.MIN_VALUE;
        for (LedgerLine line : lines) {
            String where = "%s, entry %d (%s): ".formatted(customer, line.sequence(), line.reference());
            sequence++;
            balance = balance.add(line.amount());
            expect(line.sequence() == sequence, where + "expected sequence " + sequence);
            expect(
                    line.balance().compareTo(balance) == 0,
                    where + "balance " + line.balance() + ", sum of amounts " + balance);
            expect(found.add(line.reference()), where + "is there twice");
            PlacedOrder order = placed.get(line.reference());
            if (order == null) {
                expect(unanswered.contains(line.reference()), where + "was never sent");
                continue;
            }
            expect(
                    order.draft().customer().equals(customer),
                    where + "belongs to " + order.draft().customer());
            expect(order.draft().amount().compareTo(line.amount()) == 0, where + "amount " + line.amount());
            expect(order.operation() == line.operation(), where + "answered as operation " + order.operation());
            expect(order.answeredAt() >= latestSent, where + "stands behind an order that was sent after its answer");
            expect(!drain.isQueued(order.operation()), where + "was named as left over and queued");
            latestSent = Math.max(latestSent, order.sentAt());
        }
    }

    private void missing(Set<String> found) {
        placed.forEach((reference, order) -> expect(
                found.contains(reference) || drain.leftOver().containsKey(order.operation()),
                "%s, operation %d (%s): answered 202, in no ledger and not named as left over"
                        .formatted(order.draft().customer(), order.operation(), reference)));
    }

    private void drain() {
        expect(
                drain.announced() == drain.leftOver().size(),
                "the log announces %d operations left over and names %d"
                        .formatted(drain.announced(), drain.leftOver().size()));
    }

    private void expect(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
        }
    }
}
