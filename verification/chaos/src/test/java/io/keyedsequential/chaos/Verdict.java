package io.keyedsequential.chaos;

import java.util.List;

/**
 * What has become of the calls of an atom.
 *
 * @param accepted how many calls were committed
 * @param runs how many bodies have begun
 * @param lost calls that were accepted and did not end
 * @param phantoms bodies of calls that were rolled back
 * @param overlaps bodies of a key that began while another one ran
 * @param disorders bodies that began before their predecessor had ended, or after a successor had begun
 * @param duplicates bodies that ran again because their instance was killed or frozen with them in hand
 * @param unexplained bodies that ran again without such a reason, or more of them than an instance has in hand
 */
record Verdict(
        int accepted,
        int runs,
        List<String> lost,
        List<String> phantoms,
        List<String> overlaps,
        List<String> disorders,
        List<String> duplicates,
        List<String> unexplained) {

    private static final int SHOWN = 5;

    boolean isGood() {
        return lost.isEmpty()
                && phantoms.isEmpty()
                && overlaps.isEmpty()
                && disorders.isEmpty()
                && unexplained.isEmpty();
    }

    @Override
    public String toString() {
        return "%d accepted, %d begun; lost %s, rolled back and run %s, overlaps %s, out of order %s, duplicates %s, unexplained %s"
                .formatted(
                        accepted,
                        runs,
                        shown(lost),
                        shown(phantoms),
                        shown(overlaps),
                        shown(disorders),
                        duplicates.size(),
                        shown(unexplained));
    }

    private static String shown(List<String> all) {
        return all.isEmpty()
                ? "0"
                : all.size() + " " + all.stream().limit(SHOWN).toList();
    }
}
