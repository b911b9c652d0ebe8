/**
 * Makes {@link io.keyedsequential.spring.annotation.KeyedSequential} do what it says;
 * {@link io.keyedsequential.spring.aop.InterceptionConfiguration} has the beans.
 *
 * <p>{@code KeyedSequentialPostProcessor} puts a {@code KeyedSequentialInterceptor} around annotated beans, and {@code
 * KeyedSequentialAdviceOrder} puts outside of it what refuses calls: {@code Refusals}, and the authorization of Spring
 * Security. {@code KeyedMethods} knows what each annotated method means, which {@code KeyedMethodFactory} reads and
 * {@code MethodChecks} and {@code ReturnTypes} check; {@code KeyedSequentialValidator} makes it find out at start-up.
 *
 * <p>A call of a {@code KeyedMethod} becomes a {@link io.keyedsequential.spring.atom.KeyedInvocation}, which an
 * {@code InvocationTarget} runs; there is one for each {@code ReturnStyle}. A call that waits for the commit of its
 * caller's transaction is a {@code DeferredCall} of {@code AfterCommit} until then, and one that an engine keeps goes
 * through {@code StoredMethod}.
 */
@NullMarked
package io.keyedsequential.spring.aop;

import org.jspecify.annotations.NullMarked;
