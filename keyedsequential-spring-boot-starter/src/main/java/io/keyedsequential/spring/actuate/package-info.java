/**
 * What Actuator shows: {@link io.keyedsequential.spring.actuate.KeyedAtomsEndpoint}, as descriptors that never hold
 * arguments, and hold keys only if they may be shown.
 */
@NullMarked
package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.NullMarked;
