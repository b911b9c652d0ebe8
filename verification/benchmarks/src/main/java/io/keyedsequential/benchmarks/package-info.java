/**
 * Compares the engine with its peers. {@link io.keyedsequential.benchmarks.Benchmarks} is the way in.
 *
 * <p>Two halves in one program. The parent ({@link io.keyedsequential.benchmarks.Comparison}) starts a fresh JVM for every
 * contender and every setting, several times over, and makes a table of what they report. The fork measures exactly one
 * {@link io.keyedsequential.benchmarks.Mode} of one contender and prints its
 * {@link io.keyedsequential.benchmarks.Readings}. A fresh JVM matters: what the compiler learnt from one contender must
 * not speed up or slow down the next.
 */
@NullMarked
package io.keyedsequential.benchmarks;

import org.jspecify.annotations.NullMarked;
