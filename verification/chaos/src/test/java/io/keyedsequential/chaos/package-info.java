/**
 * Chaos: processes of one application on one database are killed, frozen and replaced while they work. {@link
 * io.keyedsequential.chaos.ChaosIT} does it, {@link io.keyedsequential.chaos.ChaosApplication} is what it is done to, a {@link
 * io.keyedsequential.chaos.Ledger} is what both write, and {@link io.keyedsequential.chaos.LedgerCheck} reads it afterwards.
 */
package io.keyedsequential.chaos;
