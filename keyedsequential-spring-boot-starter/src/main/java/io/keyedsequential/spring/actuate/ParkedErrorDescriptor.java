package io.keyedsequential.spring.actuate;

/**
 * Description of what lanes are parked for.
 *
 * @param type the class of what the operation has failed with that keeps each of them closed
 * @param lanes how many
 */
public record ParkedErrorDescriptor(String type, long lanes) {}
