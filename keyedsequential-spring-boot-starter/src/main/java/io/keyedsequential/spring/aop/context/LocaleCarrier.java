package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.DecoratedInvocation;
import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.KeyedInvocation;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.i18n.SimpleLocaleContext;
import org.springframework.context.i18n.SimpleTimeZoneAwareLocaleContext;
import org.springframework.context.i18n.TimeZoneAwareLocaleContext;
import org.springframework.core.annotation.Order;

/** Carries locale and time zone. */
@Order(CarrierOrder.LOCALE)
public final class LocaleCarrier implements InvocationDecorator {

    /** Carries what {@link LocaleContextHolder} holds. */
    public LocaleCarrier() {}

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread) {
            return null;
        }
        LocaleContext carried = valuesOf(LocaleContextHolder.getLocaleContext());
        return body -> run(carried, body);
    }

    /** The context of a web request asks the request each time, which is over when the body runs. */
    private static @Nullable LocaleContext valuesOf(@Nullable LocaleContext context) {
        if (context == null) {
            return null;
        }
        Locale locale = context.getLocale();
        TimeZone zone = context instanceof TimeZoneAwareLocaleContext zoned ? zoned.getTimeZone() : null;
        return zone == null ? new SimpleLocaleContext(locale) : new SimpleTimeZoneAwareLocaleContext(locale, zone);
    }

    private static @Nullable Object run(@Nullable LocaleContext carried, DecoratedInvocation.Body body)
            throws Throwable {
        LocaleContext previous = LocaleContextHolder.getLocaleContext();
        LocaleContextHolder.setLocaleContext(carried);
        try {
            return body.run();
        } finally {
            LocaleContextHolder.setLocaleContext(previous);
        }
    }
}
