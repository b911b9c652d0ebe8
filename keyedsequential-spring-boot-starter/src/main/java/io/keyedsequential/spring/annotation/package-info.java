/**
 * What an application writes: {@link io.keyedsequential.spring.annotation.KeyedSequential} on a bean method, and
 * {@link io.keyedsequential.spring.annotation.EnqueuePhase} if its calls wait for a commit.
 */
@NullMarked
package io.keyedsequential.spring.annotation;

import org.jspecify.annotations.NullMarked;
