package io.keyedsequential.sample;

import io.keyedsequential.RejectedOperationException;
import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The order desk's counter. */
@RestController
class OrderController {

    private static final Logger log = LoggerFactory.getLogger(OrderController.class);

    private final OrderService orders;
    private final RefundService refunds;
    private final AccountService accounts;

    OrderController(OrderService orders, RefundService refunds, AccountService accounts) {
        this.orders = orders;
        this.refunds = refunds;
        this.accounts = accounts;
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted order(@RequestBody Order order) {
        CompletableFuture<LedgerEntry> entry = orders.process(order);
        Accepted accepted = Accepted.of(entry);
        // No caller waits for this future, so without this the failure would go unseen.
        entry.whenComplete((done, failure) -> {
            if (failure != null) {
                log.error("Operation {} failed", accepted.operation(), failure);
            }
        });
        return accepted;
    }

    @PostMapping("/refunds")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void refund(@RequestBody Refund refund) {
        refunds.refund(refund);
    }

    @GetMapping("/customers/{customer}")
    ResponseEntity<Statement> customer(@PathVariable String customer) {
        Statement statement = accounts.statement(customer);
        return statement.entries().isEmpty() ? ResponseEntity.notFound().build() : ResponseEntity.ok(statement);
    }

    @GetMapping("/customers/{customer}/quote")
    Quote quote(@PathVariable String customer, @RequestParam BigDecimal amount) {
        return accounts.quote(customer, amount);
    }

    /** The atom is full, or the application is stopping: the client may try again. */
    @ExceptionHandler
    ProblemDetail rejected(RejectedOperationException rejection) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, rejection.getMessage());
    }
}
