package io.keyedsequential.kafka;

import io.keyedsequential.kafka.PartitionProgress.State;
import java.util.Locale;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a partition looked like at one moment, and what that means in words.
 *
 * @param id the partition
 * @param watermark the offset of the first record that is not done; -1 if none was taken over yet
 * @param position where the next record was to be fetched when the broker was heard of last; -1 before that
 * @param end where the log ended then; -1 before that
 * @param taken how many records are taken over from the watermark on
 * @param full whether the window is full
 * @param heldBack how many are fetched and wait for room
 * @param state what becomes of the record at the watermark; {@code null} if nothing is under way
 * @param head that record; {@code null} if nothing is under way
 */
record PartitionLook(
        TopicPartition id,
        long watermark,
        long position,
        long end,
        int taken,
        boolean full,
        int heldBack,
        @Nullable State state,
        @Nullable RecordDelivery head) {

    /** How many records the log has that are not done; {@code null} as long as the broker has said nothing. */
    @Nullable
    Long lag() {
        return end < 0 ? null : Math.max(0, end - (watermark < 0 ? position : watermark));
    }

    /**
     * What it does, or waits for.
     *
     * @param window how many records are taken over at most
     * @param whose the key of the record at the watermark, as seen by the reader; empty if that is not the question
     */
    String sentence(int window, String whose) {
        String name = "partition %d of topic %s".formatted(id.partition(), id.topic());
        if (watermark < 0) {
            return "nothing of %s is taken over yet%s".formatted(name, forWantOfRoom());
        }
        String offset = "offset " + watermark;
        if (state == null) {
            return "%s is acknowledged up to %s, and nothing of it is under way%s"
                    .formatted(name, offset, forWantOfRoom());
        }
        String first = offset + (whose.isEmpty() ? "" : ", " + whose) + ", " + does(state);
        return full
                ? "%s is paused: its window of %s is full behind %s".formatted(name, number(window), first)
                : "%s is acknowledged up to %s; %s of its window of %s are taken%s"
                        .formatted(name, first, number(taken), number(window), forWantOfRoom());
    }

    private String does(State doing) {
        long operation = head == null ? 0 : head.operationId();
        String which = operation == 0 ? "whose operation" : "whose operation " + operation;
        return switch (doing) {
            case OPEN -> which + " waits for its turn";
            case RUNNING -> which + " runs";
            case HELD -> which + " has failed and waits for its next attempt, or for an operator";
            case SETTLING -> which + " has failed for good and is being taken elsewhere";
            case DONE -> which + " has ended";
        };
    }

    private String forWantOfRoom() {
        return heldBack == 0 || full ? "" : "; %s records wait for room in the atom".formatted(number(heldBack));
    }

    private static String number(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
