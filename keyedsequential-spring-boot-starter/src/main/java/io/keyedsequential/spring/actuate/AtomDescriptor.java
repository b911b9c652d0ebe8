package io.keyedsequential.spring.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of one atom.
 *
 * @param name its name
 * @param writable whether write operations are open
 * @param limit how many lanes are shown at most, in each list of lanes
 * @param summary what there is in a few numbers
 * @param lanes the busiest keys, those with most operations first
 * @param stuck keys that may need somebody, whether or not they are among the busiest: first those that are parked, then
 *     those that have not moved for a minute and wait for more than a permit; each the longest first. If it is truncated there are at least as many as its
 *     total says
 * @param running what runs, or holds its key until its future is complete
 * @param failed what has failed and is still in the window, newest first
 * @param recent finished operations in the window, newest first
 */
public record AtomDescriptor(
        String name,
        boolean writable,
        int limit,
        AtomSummaryDescriptor summary,
        BoundedList<LaneDescriptor> lanes,
        BoundedList<LaneDescriptor> stuck,
        BoundedList<OperationDescriptor> running,
        BoundedList<OperationDescriptor> failed,
        BoundedList<OperationDescriptor> recent)
        implements OperationResponseBody {}
