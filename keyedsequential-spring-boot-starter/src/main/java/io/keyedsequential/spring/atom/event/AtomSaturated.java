package io.keyedsequential.spring.atom.event;

import io.keyedsequential.CoordinatorStats;

/**
 * An atom, or one of its keys, has no room. Published on the thread of a caller that finds none: the first time at
 * once, then at most once per {@code keyedsequential.events.saturation-interval} and atom.
 *
 * @param atom the atom's name
 * @param key of the operation that found no room just now
 * @param rejected how many operations were refused since the last such event, with this one
 * @param blocked how many callers had to wait since the last such event, with this one
 * @param stats the atom's counts a moment later
 */
public record AtomSaturated(String atom, Object key, long rejected, long blocked, CoordinatorStats stats)
        implements AtomEvent {

    /** Without the key, which may be personal data. */
    @Override
    public String toString() {
        return "AtomSaturated[atom=%s, rejected=%d, blocked=%d]".formatted(atom, rejected, blocked);
    }
}
