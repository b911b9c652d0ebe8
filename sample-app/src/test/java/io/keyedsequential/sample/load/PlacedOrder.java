package io.keyedsequential.sample.load;

/**
 * An order that was answered 202.
 *
 * @param draft what was sent
 * @param operation the operation's id in the answer
 * @param sentAt {@code nanoTime} before the request
 * @param answeredAt {@code nanoTime} after the answer
 */
record PlacedOrder(DraftOrder draft, long operation, long sentAt, long answeredAt) {

    long nanos() {
        return answeredAt - sentAt;
    }
}
