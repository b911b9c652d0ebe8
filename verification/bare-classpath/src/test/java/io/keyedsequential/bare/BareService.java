package io.keyedsequential.bare;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Collects words. The list is a plain one: only the order of its key makes it safe. */
class BareService {

    private final List<String> words = new ArrayList<>();

    @KeyedSequential(key = "#key", atom = "words")
    public void add(String key, String word) {
        words.add(word);
    }

    @KeyedSequential(key = "#key", atom = "words")
    public CompletableFuture<String> later(String key, String word) {
        words.add(word);
        return CompletableFuture.completedFuture(
                OperationContext.current().orElseThrow().atom());
    }

    @KeyedSequential(key = "#key", atom = "words")
    public List<String> all(String key) {
        return List.copyOf(words);
    }

    @KeyedSequential(key = "#key", atom = "words")
    public void failing(String key) {
        throw new IllegalStateException("of no use");
    }

    @KeyedSequential(key = "#key", atom = "words")
    public void slow(String key, CountDownLatch begun, BooleanSupplier mayEnd, String word) {
        begun.countDown();
        while (!mayEnd.getAsBoolean()) {
            Thread.onSpinWait();
        }
        words.add(word);
    }
}
