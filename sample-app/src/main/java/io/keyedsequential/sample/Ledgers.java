package io.keyedsequential.sample;

import io.keyedsequential.OperationContext;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All ledgers. Finding one is thread-safe; using it takes an operation of its customer. */
@Component
final class Ledgers {

    private final Map<String, Ledger> byCustomer = new ConcurrentHashMap<>();
    private final Duration processingTime;
    private final Journal journal;

    Ledgers(DeskProperties properties, Journal journal) {
        this.processingTime = properties.processingTime();
        this.journal = journal;
    }

    Ledger of(String customer) {
        return byCustomer.computeIfAbsent(customer, name -> new Ledger());
    }

    LedgerEntry append(String customer, @Nullable String reference, BigDecimal amount) {
        long operation =
                OperationContext.current().map(OperationContext::operationId).orElse(0L);
        LedgerEntry entry = of(customer).append(operation, reference, amount, processingTime);
        journal.append(customer, entry);
        return entry;
    }
}
