package io.keyedsequential.sample.load;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which connection sends what. A connection sends several orders of one customer in a row, so that it would show if they
 * changed places; all connections order for the same customers.
 *
 * @param connections how many connections send at once
 * @param orders how many orders they send together
 * @param customers among how many customers
 */
record LoadPlan(int connections, int orders, int customers) {

    private static final int IN_A_ROW = 5;

    /** The orders of one connection, in the order in which it sends them; the same in every run. */
    List<DraftOrder> ordersOf(int connection) {
        SplittableRandom random = new SplittableRandom(connection);
        int count = orders / connections + (connection < orders % connections ? 1 : 0);
        List<DraftOrder> drafts = new ArrayList<>(count);
        String customer = "";
        for (int sequence = 0; sequence < count; sequence++) {
            if (sequence % IN_A_ROW == 0) {
                customer = "customer-" + random.nextInt(customers);
            }
            BigDecimal amount = BigDecimal.valueOf(random.nextInt(1, 100_00), 2);
            drafts.add(new DraftOrder(connection, sequence, customer, amount));
        }
        return drafts;
    }
}
