package io.keyedsequential.spring.actuate;

import java.time.Instant;
import java.util.List;

/**
 * Description of the last hour of an atom, one number for every sample; oldest first.
 *
 * @param asOf when this was asked, by the same clock
 * @param from when the first sample was taken
 * @param seconds when each was taken, in seconds after the first
 * @param completed how many operations have completed since the sample before
 * @param failed how many have failed since the sample before
 * @param queued how many were queued
 * @param oldestWait how long the operation had waited that waited longest, in milliseconds
 */
public record HistoryDescriptor(
        Instant asOf,
        Instant from,
        List<Integer> seconds,
        List<Integer> completed,
        List<Integer> failed,
        List<Integer> queued,
        List<Integer> oldestWait) {}
