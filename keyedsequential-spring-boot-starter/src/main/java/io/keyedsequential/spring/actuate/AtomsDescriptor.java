package io.keyedsequential.spring.actuate;

import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Description of all atoms.
 *
 * @param atoms the atoms by name
 * @param writable whether write operations are open
 */
public record AtomsDescriptor(Map<String, AtomSummaryDescriptor> atoms, boolean writable)
        implements OperationResponseBody {}
