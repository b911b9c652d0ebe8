package io.keyedsequential.bare;

import io.keyedsequential.OperationContext;
import io.keyedsequential.spring.annotation.KeyedSequential;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Returns publishers; loaded only where Reactor is there. */
class BareQuotes {

    @KeyedSequential(key = "#key", atom = "quotes")
    public Mono<String> one(String key) {
        String atom = OperationContext.current().orElseThrow().atom();
        return Mono.fromSupplier(() -> atom + " of " + key);
    }

    @KeyedSequential(key = "#key", atom = "quotes")
    public Flux<Integer> several(String key) {
        return Flux.range(1, 3);
    }
}
