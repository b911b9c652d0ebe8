package io.keyedsequential.webhooks;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import org.springframework.transaction.annotation.Transactional;

/** As it was in memory, which knows no idempotency keys. Runs on either engine. */
class RepositoriesBefore extends Repositories {

    RepositoriesBefore(Branches branches, Mirror mirror) {
        super(branches, mirror);
    }

    @Override
    @KeyedSequential(
            atom = "repositories",
            key = "#push.repository.fullName",
            label = "#delivery",
            phase = EnqueuePhase.AFTER_COMMIT)
    @Transactional
    public void push(String delivery, Push push) {
        super.push(delivery, push);
    }
}
