/**
 * What a call of an annotated method costs, beside the same call with what Spring has: {@code @Async}, a plain proxy, a
 * lock. {@link io.keyedsequential.spring.benchmarks.AnnotatedCall} is the one that matters.
 *
 * <p>Every benchmark runs against a started Spring Boot application, {@link io.keyedsequential.spring.benchmarks.OrderDesk},
 * whose proxies are made by the starter and by Spring. The evaluation of keys is measured in
 * {@code io.keyedsequential.spring.aop}, where its classes are visible.
 */
@NullMarked
package io.keyedsequential.spring.benchmarks;

import org.jspecify.annotations.NullMarked;
