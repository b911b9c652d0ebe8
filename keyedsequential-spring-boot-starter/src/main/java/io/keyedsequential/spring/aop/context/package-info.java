/**
 * What is bound to the caller's thread, carried to the thread that runs the body, for methods that return nothing or a
 * future. Each kind of context is one {@link io.keyedsequential.spring.atom.InvocationDecorator}, in the order of
 * {@link io.keyedsequential.spring.aop.context.CallersContext}. Taken when the method is called, put in place for every
 * attempt, and taken away after it, whether or not the caller had any: a thread may still have some of its own.
 *
 * <p>The request scope is not carried: the request is over, and its objects serve another one, before the body runs.
 */
@NullMarked
package io.keyedsequential.spring.aop.context;

import org.jspecify.annotations.NullMarked;
