package io.keyedsequential.spring.actuate;

/**
 * Description of what was found.
 *
 * @param search what was searched for
 * @param lanes the lanes whose key or handle has it, as far as the reader may see keys. If it is truncated there are as many as its
 *     total says
 * @param operations operations whose label, name, trace or id has it: first those that have not ended, then those of the window. If it is
 *     truncated there are more
 */
public record FoundDescriptor(
        String search, BoundedList<LaneDescriptor> lanes, BoundedList<OperationDescriptor> operations) {}
