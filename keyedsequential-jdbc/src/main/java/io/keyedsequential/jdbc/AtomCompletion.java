package io.keyedsequential.jdbc;

/**
 * How an atom deletes items that have ended.
 *
 * @param completion in which transaction
 * @param batch how many items of a lane at once; as many run again when their instance dies
 */
record AtomCompletion(Completion completion, int batch) {}
