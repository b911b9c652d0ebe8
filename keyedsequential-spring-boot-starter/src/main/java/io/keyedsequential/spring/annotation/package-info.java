/**
 * What an application writes: {@link io.keyedsequential.spring.annotation.KeyedSequential} on a bean method.
 */
@NullMarked
package io.keyedsequential.spring.annotation;

import org.jspecify.annotations.NullMarked;
