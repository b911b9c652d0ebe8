package io.keyedsequential.spring.aop;

import io.keyedsequential.spring.atom.KeyedInvocation;

/**
 * A stored call on its way through the bean's proxy.
 *
 * @param method whose call it is
 * @param invocation what was stored
 */
record Delivery(StoredMethod method, KeyedInvocation invocation) {}
