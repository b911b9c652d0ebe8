package io.keyedsequential.bare;

import io.keyedsequential.spring.annotation.EnqueuePhase;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Waits for commits, for which spring-tx has to be there. */
class BareMails {

    private final List<String> sent = new CopyOnWriteArrayList<>();

    @KeyedSequential(key = "#to", atom = "mails", phase = EnqueuePhase.AFTER_COMMIT)
    public void send(String to) {
        sent.add(to);
    }

    @KeyedSequential(key = "#to", atom = "mails", phase = EnqueuePhase.AFTER_COMMIT)
    public CompletableFuture<List<String>> sentUntilNow(String to) {
        return CompletableFuture.completedFuture(List.copyOf(sent));
    }
}
