package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.KeyedInvocation;

/** A deferred call of an engine that is in no transaction of its callers; no caller waits for it. */
record DeferredStored(KeyedMethod method, KeyedInvocation invocation, Runnable store) implements DeferredCall {

    @Override
    public void committed() {
        try {
            store.run();
        } catch (RuntimeException | Error e) { // to the caller it would look as though the transaction had failed
            method.failures().tellRefused(e, invocation, method.method());
        }
    }

    @Override
    public void withdrawn(String why) {} // nothing was begun
}
