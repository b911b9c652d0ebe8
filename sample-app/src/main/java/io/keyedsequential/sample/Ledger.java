package io.keyedsequential.sample;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one customer ordered. Not thread-safe, on purpose: it reads, takes its time, and writes. Two appends that
 * overlap give one sequence number twice and a wrong balance; only the atom {@code orders} keeps that from happening.
 */
final class Ledger {

    private final List<LedgerEntry> entries = new ArrayList<>();
    private BigDecimal balance = BigDecimal.ZERO;

    LedgerEntry append(long operation, @Nullable String reference, BigDecimal amount, Duration processingTime) {
        int sequence = entries.size() + 1;
        BigDecimal after = balance.add(amount);
        LockSupport.parkNanos(processingTime.toNanos());
        LedgerEntry entry = new LedgerEntry(sequence, operation, reference, amount, after);
        balance = after;
        entries.add(entry);
        return entry;
    }

    BigDecimal balance() {
        return balance;
    }

    /** A copy, for use outside the customer's turn. */
    List<LedgerEntry> entries() {
        return List.copyOf(entries);
    }
}
