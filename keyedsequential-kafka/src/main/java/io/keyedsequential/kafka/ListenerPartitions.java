package io.keyedsequential.kafka;

import io.keyedsequential.spring.atom.PartitionSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Shows the partitions of a listener with its atom. */
final class ListenerPartitions implements PartitionSource {

    private final KeyedListener listener;

    ListenerPartitions(KeyedListener listener) {
        this.listener = listener;
    }

    @Override
    public String name() {
        return listener.id();
    }

    @Override
    public List<Partition> partitions() {
        return assigned().map(partition -> show(partition.look())).toList();
    }

    private Partition show(PartitionLook look) {
        PartitionCounts counts = listener.counts(look.id());
        return new Partition(
                listener.id(),
                look.id().topic(),
                look.id().partition(),
                look.watermark(),
                look.lag(),
                listener.window(),
                look.taken(),
                look.heldBack(),
                look.full(),
                counts.replays(),
                counts.deadLetters(),
                counts.skipped(),
                look.sentence(listener.window(), ""));
    }

    @Override
    public List<KeyInPartition> find(Object key) {
        return assigned().flatMap(partition -> find(partition, key)).toList();
    }

    private Stream<KeyInPartition> find(AssignedPartition partition, Object key) {
        List<RecordDelivery> ofKey = partition.undone().stream()
                .filter(delivery -> delivery.isCall() && delivery.key().equals(key))
                .toList();
        if (ofKey.isEmpty()) {
            return Stream.empty();
        }
        PartitionLook look = partition.look();
        long first = ofKey.get(0).entry().offset();
        return Stream.of(new KeyInPartition(
                listener.id(),
                look.id().topic(),
                look.id().partition(),
                first,
                ofKey.size(),
                look.sentence(
                        listener.window(),
                        first == look.watermark() ? "a record of this key" : "a record of another key")));
    }

    private Stream<AssignedPartition> assigned() {
        return listener.partitions().stream()
                .sorted(Comparator.comparing(
                        AssignedPartition::id,
                        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition)));
    }
}
