package io.keyedsequential.conformance;

/** What an engine that keeps calls may promise, or say that it does not. */
enum Promise {
    /** A call is stored exactly if the transaction of its caller commits, and ends with that of its body. */
    IN_TRANSACTIONS,
    /** What operators do, and what is parked, holds for all instances and over a restart. */
    STEERED_TOGETHER,
    /** A second call with an idempotency key does nothing. */
    ONCE_BY_KEY,
    /** What a version cannot read is kept in its lane until one comes that can. */
    KEEPS_WHAT_IS_UNREADABLE
}
