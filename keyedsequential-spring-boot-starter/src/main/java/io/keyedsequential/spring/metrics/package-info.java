/**
 * Atoms in Micrometer. {@link io.keyedsequential.spring.metrics.KeyedAtomsMetrics} has the meters, tagged by atom and
 * never by key. Every call of an annotated method is observed under the names of
 * {@link io.keyedsequential.spring.metrics.OperationObservationConvention}.
 */
@NullMarked
package io.keyedsequential.spring.metrics;

import org.jspecify.annotations.NullMarked;
