/**
 * Engines other than the coordinator in memory: what keeps the calls of an atom until their turn comes, such as
 * a database.
 *
 * <p>An {@link io.keyedsequential.spring.engine.AtomEngine} is a bean, chosen by
 * {@code keyedsequential.atoms.<name>.engine}. It opens an
 * {@link io.keyedsequential.spring.engine.AtomEngine.EngineAtom} for each of its atoms, is given every call as a
 * {@link io.keyedsequential.spring.engine.StoredCall}, and delivers it through the
 * {@link io.keyedsequential.spring.engine.StoredOperation} that it finds by the names it has stored.
 */
@NullMarked
package io.keyedsequential.spring.engine;

import org.jspecify.annotations.NullMarked;
