package io.keyedsequential.spring.actuate;

import io.keyedsequential.spring.atom.AtomView;
import io.keyedsequential.spring.atom.PartitionSource;
import io.keyedsequential.spring.atom.RegisteredAtom;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Description of the partitions whose records one instance hands to an atom. Other instances have others.
 *
 * @param scope always {@code INSTANCE}, also where the rest is of all instances
 * @param instance which instance this is
 * @param sources what takes the records, such as the ids of listeners
 * @param paused how many of them have a full window
 * @param lag how many records they have that are not done, as far as this instance has heard
 * @param partitions those that are paused first, then in the order of their names and numbers
 */
public record PartitionsDescriptor(
        AtomView.Scope scope,
        String instance,
        List<String> sources,
        int paused,
        long lag,
        BoundedList<PartitionDescriptor> partitions) {

    /** {@code null} for an atom that none are handed to. */
    static @Nullable PartitionsDescriptor of(RegisteredAtom atom, int limit, String instance) {
        List<PartitionSource> sources = atom.partitionSources();
        if (sources.isEmpty()) {
            return null;
        }
        List<PartitionSource.Partition> all = sources.stream()
                .flatMap(source -> source.partitions().stream())
                .sorted(Comparator.comparing(PartitionSource.Partition::paused).reversed()) // is stable
                .toList();
        return new PartitionsDescriptor(
                AtomView.Scope.INSTANCE,
                instance,
                sources.stream().map(PartitionSource::name).toList(),
                (int) all.stream().filter(PartitionSource.Partition::paused).count(),
                all.stream()
                        .map(PartitionSource.Partition::lag)
                        .filter(lag -> lag != null)
                        .mapToLong(Long::longValue)
                        .sum(),
                BoundedList.of(
                        all.stream().limit(limit).map(PartitionDescriptor::of).toList(), all.size()));
    }

    /**
     * Description of one partition.
     *
     * @param source what takes its records, such as the id of a listener
     * @param topic the log that it is a part of
     * @param partition its number in the log
     * @param watermark where the first record stands that is not done: all before it are; absent if none was taken yet
     * @param lag how many records the log has from there on, as far as this instance has heard; absent if it has not
     * @param window how many records are taken over at most from the watermark on
     * @param taken how many are taken over from the watermark on: the window's fill
     * @param heldBack how many are fetched and wait for room
     * @param paused whether the window is full, so that nothing more is taken for now
     * @param replays how many were taken over and not done when the partition went from here, since the start
     * @param deadLetters how many did not succeed and were taken elsewhere, since the start
     * @param skipped how many did not succeed and were given up, since the start
     * @param why what it does, or what it waits for, in one sentence that names no key
     */
    public record PartitionDescriptor(
            String source,
            String topic,
            int partition,
            @Nullable Long watermark,
            @Nullable Long lag,
            int window,
            int taken,
            int heldBack,
            boolean paused,
            long replays,
            long deadLetters,
            long skipped,
            String why) {

        static PartitionDescriptor of(PartitionSource.Partition partition) {
            return new PartitionDescriptor(
                    partition.source(),
                    partition.topic(),
                    partition.number(),
                    partition.watermark() < 0 ? null : partition.watermark(),
                    partition.lag(),
                    partition.window(),
                    partition.taken(),
                    partition.heldBack(),
                    partition.paused(),
                    partition.replays(),
                    partition.deadLetters(),
                    partition.skipped(),
                    partition.sentence());
        }
    }

    /**
     * Description of the records of one key in one partition of this instance.
     *
     * @param source what takes its records, such as the id of a listener
     * @param topic the log that the partition is a part of
     * @param partition its number in the log
     * @param offset where the first record of the key stands that is not done
     * @param records how many records of the key are taken over and not done
     * @param why what the partition waits for, as seen from this key, in one sentence that names no key
     */
    public record KeyInPartitionDescriptor(
            String source, String topic, int partition, long offset, int records, String why) {

        static List<KeyInPartitionDescriptor> of(List<PartitionSource> sources, Object key) {
            return sources.stream()
                    .flatMap(source -> source.find(key).stream())
                    .map(found -> new KeyInPartitionDescriptor(
                            found.source(),
                            found.topic(),
                            found.number(),
                            found.offset(),
                            found.records(),
                            found.sentence()))
                    .toList();
        }
    }
}
