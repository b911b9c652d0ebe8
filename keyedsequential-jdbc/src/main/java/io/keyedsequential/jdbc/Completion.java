package io.keyedsequential.jdbc;

/** When an item is deleted whose body has ended without an error. */
public enum Completion {

    /**
     * {@link #WITH_BODY} for methods that are {@code @Transactional} on the engine's DataSource,
     * otherwise {@link #AFTER_BODY}.
     */
    AUTO,

    /**
     * In a transaction of its own after the body: a body whose instance dies between both runs again. No connection is
     * held while the body runs.
     */
    AFTER_BODY,

    /**
     * In the transaction in which the body runs: what the body does in that database happens once. A connection is held
     * while the body runs.
     */
    WITH_BODY
}
