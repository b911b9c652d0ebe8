package io.keyedsequential;

/**
 * That a thread waits for an operation: for its turn, or for its end.
 *
 * @param coordinator whose operation
 * @param operation what is waited for
 */
record Wait(StripedCoordinator<?> coordinator, Operation<?> operation) {}
