package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.aop.key.KeyExpression;
import org.jspecify.annotations.Nullable;

/**
 * What counts of an annotated method only where an engine keeps its calls.
 *
 * @param beanName the name of its bean, which is looked up when a call is delivered
 * @param idempotencyKey what a call is known by, or {@code null}
 * @param runAfter when a call may begin, or {@code null}
 */
record StoredAttributes(String beanName, @Nullable KeyExpression idempotencyKey, @Nullable KeyExpression runAfter) {}
