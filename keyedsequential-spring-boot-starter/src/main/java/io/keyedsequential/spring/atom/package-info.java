/**
 * The application's atoms: {@link io.keyedsequential.spring.atom.AtomRegistry} knows them by name, whoever declared them,
 * and {@link io.keyedsequential.spring.atom.AtomLifecycle} drains them when the application stops.
 *
 * <p>An atom's options come, component by component, from its own properties, then from the annotation, then from
 * {@code keyedsequential.defaults}, then from the constants of {@link io.keyedsequential.CoordinatorOptions}.
 */
@NullMarked
package io.keyedsequential.spring.atom;

import org.jspecify.annotations.NullMarked;
