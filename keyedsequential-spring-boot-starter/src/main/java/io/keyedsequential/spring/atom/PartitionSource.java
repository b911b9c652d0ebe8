package io.keyedsequential.spring.atom;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands the records of a partitioned log to an atom, and acknowledges what is done: the listener of a broker. A module
 * attaches it to its atom by {@link RegisteredAtom#fedBy}; the endpoint, the page, explanations and health then show
 * what it tells. All of it is of this instance: other instances have other partitions. Weakly consistent; for any
 * thread; no method waits for the broker.
 */
public interface PartitionSource {

    /**
     * How it is called, among those of its atom.
     *
     * @return such as the id of a listener
     */
    String name();

    /**
     * The partitions that this instance has now.
     *
     * @return in the order of their names and numbers; empty if it has none
     */
    List<Partition> partitions();

    /**
     * Where records of a key are.
     *
     * @param key the key of operations of the atom
     * @return the partitions of this instance in which records of the key are taken over and not done
     */
    List<KeyInPartition> find(Object key);

    /**
     * One partition.
     *
     * @param source the name of its source
     * @param topic the log that it is a part of
     * @param number its number in the log
     * @param watermark where the first record stands that is not done: all before it are; -1 if none was taken yet
     * @param lag how many records the log has from there on, as far as this instance has heard; {@code null} if it has
     *     not
     * @param window how many records are taken over at most from the watermark on
     * @param taken how many are taken over from the watermark on
     * @param heldBack how many are fetched and wait for room in the window or in the atom
     * @param paused whether the window is full, so that nothing more is taken of the partition for now
     * @param replays how many were taken over and not done when the partition went from here, since the start: they
     *     are delivered again
     * @param deadLetters how many did not succeed and were taken elsewhere, since the start
     * @param skipped how many did not succeed and were given up, since the start
     * @param sentence what it does, or what it waits for; names no key
     */
    record Partition(
            String source,
            String topic,
            int number,
            long watermark,
            @Nullable Long lag,
            int window,
            int taken,
            int heldBack,
            boolean paused,
            long replays,
            long deadLetters,
            long skipped,
            String sentence) {}

    /**
     * Records of one key in one partition.
     *
     * @param source the name of its source
     * @param topic the log that the partition is a part of
     * @param number the number of the partition
     * @param offset where the first record of the key stands that is not done
     * @param records how many records of the key are taken over and not done
     * @param sentence what the partition waits for, as seen from this key; names no key
     */
    record KeyInPartition(String source, String topic, int number, long offset, int records, String sentence) {}
}
