/**
 * The engine {@code jdbc}: operations are rows of the application's database, and every instance that shares it
 * runs them.
 *
 * <p>{@link io.keyedsequential.jdbc.JdbcAtomEngine} is the way in; it opens a {@code JdbcAtom} for each atom, which
 * puts the parts together:
 *
 * <ul>
 *   <li>A call: {@code StoredKey} and {@code ArgumentCodec} make text of it, {@code ItemStore} inserts it in the
 *       caller's transaction, and after the commit the {@code Waker} gets its key.
 *   <li>A lane is an execution of db-scheduler. {@code LaneScheduler} is one scheduler for each atom, whose {@code
 *       LanePicker} makes lanes of the keys that the waker has, and picks as many as the {@code Room} has room for. The
 *       {@code LaneDrain} works one off: {@code ItemRunner} runs each item inside the atom's coordinator,
 *       {@code Aftermath} sees to those that fail, {@code LaneStore} writes what comes of it, always under the version
 *       under which the lane is held.
 *   <li>{@code Sweeper} and {@code Revival} repair what a crash leaves.
 *   <li>Operators: {@code JdbcControls} writes, by {@code SteeringStore} and {@code FleetSettings}; {@code JdbcView}
 *       reads, by {@code ViewStore}.
 *   <li>{@code Dialect} is what differs between databases.
 * </ul>
 */
@NullMarked
package io.keyedsequential.jdbc;

import org.jspecify.annotations.NullMarked;
