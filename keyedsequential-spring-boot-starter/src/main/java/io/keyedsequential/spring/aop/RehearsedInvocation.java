package io.keyedsequential.spring.aop;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** A call that goes as far as to the advice that is asked, and no further: it ends where that would proceed. */
final class RehearsedInvocation implements ProxyMethodInvocation {

    private static final class Passed extends Error {

        private static final long serialVersionUID = 1L;

        Passed() {
            super("the arguments are valid", null, false, false);
        }
    }

    private final MethodInvocation call;
    private final @Nullable Object[] arguments;
    private boolean proceeded;

    RehearsedInvocation(MethodInvocation call) {
        this.call = call;
        this.arguments = call.getArguments().clone(); // advice may wrap publishers, and will do so once more
    }

    @Override
    public @Nullable Object proceed() {
        proceeded = true;
        throw new Passed();
    }

    boolean hasProceeded() {
        return proceeded;
    }

    @Override
    public Method getMethod() {
        return call.getMethod();
    }

    @Override
    public @Nullable Object[] getArguments() {
        return arguments;
    }

    @Override
    public void setArguments(@Nullable Object... changed) {
        System.arraycopy(changed, 0, arguments, 0, arguments.length);
    }

    @Override
    public @Nullable Object getThis() {
        return call.getThis();
    }

    @Override
    public AccessibleObject getStaticPart() {
        return call.getStaticPart();
    }

    @Override
    public Object getProxy() {
        return ((ProxyMethodInvocation) call).getProxy();
    }

    @Override
    public MethodInvocation invocableClone() {
        return new RehearsedInvocation(call);
    }

    @Override
    public MethodInvocation invocableClone(@Nullable Object... changed) {
        RehearsedInvocation clone = new RehearsedInvocation(call);
        clone.setArguments(changed);
        return clone;
    }

    @Override
    public void setUserAttribute(String key, @Nullable Object value) {
        ((ProxyMethodInvocation) call).setUserAttribute(key, value);
    }

    @Override
    public @Nullable Object getUserAttribute(String key) {
        return ((ProxyMethodInvocation) call).getUserAttribute(key);
    }
}
