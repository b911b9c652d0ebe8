package io.keyedsequential.spring.actuate;

import io.keyedsequential.CoordinatorState;
import java.util.Collection;

/**
 * Description of what may need an operator, over all atoms.
 *
 * @param stuckKeys how many keys do not move; of each atom, counted up to 200
 * @param parkedKeys how many operations keep their key closed until an operator decides
 * @param pausedKeys how many keys an operator has paused by themselves; of each atom, counted up to 200
 * @param pausedAtoms how many atoms are paused as a whole
 * @param saturatedAtoms how many atoms have hardly room, or none
 */
public record HeadlineDescriptor(
        long stuckKeys, long parkedKeys, long pausedKeys, int pausedAtoms, int saturatedAtoms) {

    static HeadlineDescriptor of(Collection<AtomSummaryDescriptor> atoms) {
        long stuck = 0;
        long parked = 0;
        long paused = 0;
        int pausedAtoms = 0;
        int saturated = 0;
        for (AtomSummaryDescriptor atom : atoms) {
            stuck += atom.attention().stuckKeys();
            parked += atom.attention().parkedKeys();
            paused += atom.attention().pausedKeys();
            pausedAtoms += atom.state() == CoordinatorState.PAUSED ? 1 : 0;
            saturated += atom.attention().saturated() ? 1 : 0;
        }
        return new HeadlineDescriptor(stuck, parked, paused, pausedAtoms, saturated);
    }
}
