package io.keyedsequential.webhooks;

import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Applies what has happened in repositories, in the order in which it happened in each. */
@Service
class Repositories {

    private final Branches branches;
    private final Mirror mirror;

    Repositories(Branches branches, Mirror mirror) {
        this.branches = branches;
        this.mirror = mirror;
    }

    // snippet: push
    @KeyedSequential(
            atom = "repositories",
            key = "#push.repository.fullName",
            label = "#delivery",
            idempotencyKey = "#delivery")
    @Transactional
    public void push(String delivery, Push push) {
        branches.advance(push); // once for each delivery: the call ends in this transaction
        mirror.fetch(push); // if it fails, the branch stays where it was until the next attempt
    }
    // end: push
}
