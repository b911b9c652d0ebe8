package io.keyedsequential.jdbc;

/**
 * A lane that this instance has picked. Everything that is written about the lane asks for the version: when the
 * instance was taken for dead and the lane was picked again, by whichever instance, the version is another one.
 *
 * @param key the lane's key
 * @param version the version under which it was picked
 */
record Hold(String key, long version) {}
