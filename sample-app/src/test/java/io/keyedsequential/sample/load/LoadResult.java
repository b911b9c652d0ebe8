package io.keyedsequential.sample.load;

import java.time.Duration;
import java.util.List;

/**
 * What a load came to.
 *
 * @param placed all orders that were answered 202
 * @param unanswered all orders that were sent and not answered 202
 * @param took from the first request to the last answer
 */
record LoadResult(List<PlacedOrder> placed, List<UnansweredOrder> unanswered, Duration took) {

    double ordersPerSecond() {
        return placed.size() * 1e9 / took.toNanos();
    }

    /** How long this share of the answers took at most, in milliseconds. */
    double answerMillis(double share) {
        long[] nanos = placed.stream().mapToLong(PlacedOrder::nanos).sorted().toArray();
        return nanos.length == 0 ? 0 : nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e6;
    }
}
