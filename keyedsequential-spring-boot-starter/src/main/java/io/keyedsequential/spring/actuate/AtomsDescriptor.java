package io.keyedsequential.spring.actuate;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of all atoms.
 *
 * @param application the name of the application, if it has one
 * @param instance which of its processes this is
 * @param headline what may need an operator, over all atoms
 * @param atoms the atoms by name
 * @param writable whether write operations are open
 * @param actions what operators have done lately to any atom, newest first; at most 20
 * @param history the last hour of each atom, if it was asked for and is remembered; of the first 100 atoms
 */
public record AtomsDescriptor(
        @Nullable String application,
        String instance,
        HeadlineDescriptor headline,
        Map<String, AtomSummaryDescriptor> atoms,
        boolean writable,
        BoundedList<ActedDescriptor> actions,
        @Nullable Map<String, HistoryDescriptor> history)
        implements OperationResponseBody {}
