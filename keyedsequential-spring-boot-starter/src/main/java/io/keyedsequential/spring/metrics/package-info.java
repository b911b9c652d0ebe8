/**
 * Atoms in Micrometer. {@link io.keyedsequential.spring.metrics.KeyedAtomsMetrics} has the meters, tagged by atom and
 * never by key; {@link io.keyedsequential.spring.metrics.OperationObservationDecorator} observes every call of an
 * annotated method.
 */
@NullMarked
package io.keyedsequential.spring.metrics;

import org.jspecify.annotations.NullMarked;
