/**
 * What is compared: each contender behind one interface, {@link io.keyedsequential.benchmarks.contender.Contender}.
 * {@link io.keyedsequential.benchmarks.contender.ContenderKind} lists them, with what each one promises.
 *
 * <p>Where a library is on Maven Central and its executor can be had without dozens of other jars, the contender calls the
 * library. Where it is not, the contender is the algorithm written anew from its description, and says so.
 */
@NullMarked
package io.keyedsequential.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
