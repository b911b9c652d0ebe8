/**
 * The application's atoms: {@link io.keyedsequential.spring.atom.AtomRegistry} knows them by name, however they were
 * declared, and {@link io.keyedsequential.spring.atom.AtomLifecycle} drains them when the application stops.
 *
 * <p>Two kinds of beans attach something to them. An {@link io.keyedsequential.spring.atom.AtomRegistrationListener} is
 * told of every atom, and may add a listener or a meter; an {@link io.keyedsequential.spring.atom.InvocationDecorator}
 * is asked at every call of an annotated method, and goes around its body.
 *
 * <p>An atom's options come, component by component, from its own properties, then from the annotation, then from
 * {@code keyedsequential.defaults}, then from the constants of {@link io.keyedsequential.CoordinatorOptions}.
 */
@NullMarked
package io.keyedsequential.spring.atom;

import org.jspecify.annotations.NullMarked;
