package io.keyedsequential.sample.load;

/**
 * An order that was sent and not answered 202. It may be in a ledger or not.
 *
 * @param draft what was sent
 * @param failure what happened
 */
record UnansweredOrder(DraftOrder draft, String failure) {}
