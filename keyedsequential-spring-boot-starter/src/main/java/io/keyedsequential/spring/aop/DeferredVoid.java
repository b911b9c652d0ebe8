package io.keyedsequential.spring.aop;

import io.keyedsequential.Reservation;

/** A deferred call that no caller waits for. */
record DeferredVoid(PreparedCall call, Reservation place) implements DeferredCall {

    @Override
    public void committed() {
        try {
            ReturnStyle.enqueueVoid(call, place);
        } catch (RuntimeException | Error e) { // to the caller it would look as though the transaction had failed
            KeyedMethod method = call.method();
            method.failures().tellRefused(e, call.invocation(), method.method());
        }
    }

    @Override
    public void withdrawn(String why) {
        place.close();
        call.ended(DeferredCall.cancellation(call, why));
    }
}
