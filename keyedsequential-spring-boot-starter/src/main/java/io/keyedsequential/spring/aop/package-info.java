/**
 * Makes {@link io.keyedsequential.spring.annotation.KeyedSequential} do what it says.
 *
 * <p>{@link io.keyedsequential.spring.aop.KeyedSequentialPostProcessor} puts an interceptor around annotated beans;
 * {@link io.keyedsequential.spring.aop.KeyedMethods} knows what each annotated method means, and
 * {@link io.keyedsequential.spring.aop.KeyedSequentialValidator} makes it find out at start-up. A call becomes a
 * {@link io.keyedsequential.spring.atom.KeyedInvocation}, which an
 * {@link io.keyedsequential.spring.aop.InvocationTarget} runs; there is one for each
 * {@link io.keyedsequential.spring.aop.ReturnStyle}.
 */
@NullMarked
package io.keyedsequential.spring.aop;

import org.jspecify.annotations.NullMarked;
