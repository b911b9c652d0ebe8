/**
 * For tests of applications that use {@code @KeyedSequential}: {@link io.keyedsequential.spring.test.KeyedAtoms} waits
 * for atoms and remembers what they ran, {@link io.keyedsequential.spring.test.KeyedAtomsAssertions} asserts it with
 * AssertJ. The property {@code keyedsequential.test.inline} makes annotated methods run on their callers' threads.
 */
@NullMarked
package io.keyedsequential.spring.test;

import org.jspecify.annotations.NullMarked;
