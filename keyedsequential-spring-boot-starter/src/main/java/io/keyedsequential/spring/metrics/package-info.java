/**
 * What Micrometer measures of atoms: {@link io.keyedsequential.spring.metrics.KeyedAtomsMetrics}. Every meter is tagged by
 * atom, none by key.
 */
@NullMarked
package io.keyedsequential.spring.metrics;

import org.jspecify.annotations.NullMarked;
