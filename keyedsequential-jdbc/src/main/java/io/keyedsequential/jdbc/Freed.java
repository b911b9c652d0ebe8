package io.keyedsequential.jdbc;

import io.keyedsequential.OperationSnapshot;

/**
 * An operation that an operator has freed, or taken out.
 *
 * @param operation as it is now: about to be tried again, failed or cancelled
 * @param wasParked whether it kept its key closed until then
 */
record Freed(OperationSnapshot operation, boolean wasParked) {}
