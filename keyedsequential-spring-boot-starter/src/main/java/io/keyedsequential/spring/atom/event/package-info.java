/**
 * What happens in atoms, as events of the application: {@link io.keyedsequential.spring.atom.event.AtomEvent} is what
 * they have in common, {@link io.keyedsequential.spring.atom.event.AtomEvents} publishes them.
 *
 * <p>Events are published outside every lock, on the thread that caused them, and a listener without an executor of its
 * own runs there: a slow one slows the lane that it is told of. They carry the keys themselves, which may be personal
 * data; their texts do not.
 */
@NullMarked
package io.keyedsequential.spring.atom.event;

import org.jspecify.annotations.NullMarked;
