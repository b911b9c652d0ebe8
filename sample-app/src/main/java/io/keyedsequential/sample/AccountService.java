package io.keyedsequential.sample;

import io.keyedsequential.spring.annotation.KeyedSequential;
import java.math.BigDecimal;
import org.springframework.stereotype.Service;

/**
 * Answers questions about ledgers. Plain values are returned: the caller waits for the customer's turn, after
 * everything that was ordered before, and reads the ledger on its own thread while no call writes it.
 */
@Service
class AccountService {

    private final Ledgers ledgers;

    AccountService(Ledgers ledgers) {
        this.ledgers = ledgers;
    }

    @KeyedSequential(key = "#customer", atom = "orders")
    public Statement statement(String customer) {
        Ledger ledger = ledgers.of(customer);
        return new Statement(customer, ledger.balance(), ledger.entries());
    }

    // snippet: value
    @KeyedSequential(key = "#customer", atom = "orders")
    public Quote quote(String customer, BigDecimal amount) {
        BigDecimal balance = ledgers.of(customer).balance();
        return new Quote(customer, balance, balance.add(amount));
    }
    // end: value
}
