/**
 * Annotated methods that return a Mono or a Flux. Reactor may be absent, so that nothing of this package is loaded
 * before the application calls such a method: {@link io.keyedsequential.spring.aop.reactive.ReactiveCalls} is the one
 * way in, and says what it asks of the advice.
 */
@NullMarked
package io.keyedsequential.spring.aop.reactive;

import org.jspecify.annotations.NullMarked;
