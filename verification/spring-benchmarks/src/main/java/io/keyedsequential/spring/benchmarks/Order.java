package io.keyedsequential.spring.benchmarks;

/**
 * The argument of all calls.
 *
 * @param customerId the key
 * @param amount what methods that return something return
 */
public record Order(String customerId, long amount) {}
