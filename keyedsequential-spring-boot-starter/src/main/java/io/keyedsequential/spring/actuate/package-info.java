/**
 * What Actuator shows: {@link io.keyedsequential.spring.actuate.KeyedAtomsEndpoint}, as descriptors that never hold
 * arguments, and hold keys only if they may be shown. A descriptor knows how it is made of what it describes: {@link
 * io.keyedsequential.spring.actuate.AtomDescriptor} of an atom, with what has been searched for in it, {@link
 * io.keyedsequential.spring.actuate.LaneDescriptor} of the operations of a key. {@code AddressedLane} finds what a
 * request means, {@code AtomSteering} and {@code ParkedSteering} do what it asks for, and {@code ActionLog} tells of
 * that. {@link io.keyedsequential.spring.actuate.KeyedAtomsEndpointExtensions} offers it in the web and in JMX; a
 * browser gets the live page, which polls the endpoint and draws what it says.
 */
@NullMarked
package io.keyedsequential.spring.actuate;

import org.jspecify.annotations.NullMarked;
