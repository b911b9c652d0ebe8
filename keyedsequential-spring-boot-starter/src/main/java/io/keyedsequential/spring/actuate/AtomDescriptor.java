package io.keyedsequential.spring.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of one atom.
 *
 * @param name its name
 * @param summary what the list of all atoms says about it
 * @param lanes the keys with most operations, busiest first
 * @param running operations that run, or whose future is not complete
 * @param failed operations in the window that ended with an error, newest first
 * @param recent finished operations in the window, newest first
 */
public record AtomDescriptor(
        String name,
        AtomSummaryDescriptor summary,
        BoundedList<LaneDescriptor> lanes,
        BoundedList<OperationDescriptor> running,
        BoundedList<OperationDescriptor> failed,
        BoundedList<OperationDescriptor> recent)
        implements OperationResponseBody {}
