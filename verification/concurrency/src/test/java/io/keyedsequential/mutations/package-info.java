/** Breaks the engine on purpose, one way at a time, and shows which test notices. */
@org.jspecify.annotations.NullMarked
package io.keyedsequential.mutations;
