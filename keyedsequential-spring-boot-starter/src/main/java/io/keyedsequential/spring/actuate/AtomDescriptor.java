package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of one atom.
 *
 * @param name its name
 * @param writable whether write operations are open
 * @param limit how many lanes are shown at most, in each list of lanes
 * @param summary what there is in a few numbers
 * @param lanes the busiest keys, those with most operations first
 * @param stuck keys that may need an operator, whether or not they are among the busiest: first those that are parked,
 *     then those that have not moved for a minute and wait for more than a permit; each the longest first. If it is
 *     truncated there are at least as many as its total says
 * @param paused keys that an operator has paused by themselves, in no order. If it is truncated there are at least as many as its total
 *     says
 * @param oldest keys in which an operation has waited longest, whatever it waits for, the longest first; at most 10
 * @param running what runs, or holds its key until its future is complete; the longest under way first
 * @param failed what has failed and is still in the window, newest first
 * @param recent finished operations in the window, newest first
 * @param actions what operators have done to it lately, newest first; at most 50
 * @param found what has been searched for; absent if nothing was
 */
public record AtomDescriptor(
        String name,
        boolean writable,
        int limit,
        AtomSummaryDescriptor summary,
        BoundedList<LaneDescriptor> lanes,
        BoundedList<LaneDescriptor> stuck,
        BoundedList<LaneDescriptor> paused,
        BoundedList<LaneDescriptor> oldest,
        BoundedList<OperationDescriptor> running,
        BoundedList<OperationDescriptor> failed,
        BoundedList<OperationDescriptor> recent,
        BoundedList<ActedDescriptor> actions,
        @Nullable FoundDescriptor found)
        implements OperationResponseBody {}
