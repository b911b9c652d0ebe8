/**
 * Expressions over the arguments of a call: {@link io.keyedsequential.spring.aop.key.KeyExpressions} checks a text at
 * start-up and makes a {@link io.keyedsequential.spring.aop.key.KeyExpressions.KeyExpression} of it, which reads plain
 * paths itself and leaves the rest to SpEL.
 */
@NullMarked
package io.keyedsequential.spring.aop.key;

import org.jspecify.annotations.NullMarked;
