package io.keyedsequential.spring.aop.context;

import io.keyedsequential.spring.atom.InvocationDecorator;
import io.keyedsequential.spring.atom.InvocationDecorator.DecoratedInvocation;
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

    private static final DecoratedInvocation NOTHING = new Carried(null);

    /** Carries what {@link LocaleContextHolder} holds. */
    public LocaleCarrier() {}

    @Override
    public @Nullable DecoratedInvocation decorate(KeyedInvocation invocation, boolean callersThread) {
        if (callersThread) {
            return null;
        }
        LocaleContext carried = valuesOf(LocaleContextHolder.getLocaleContext());
        return carried == null ? NOTHING : new Carried(carried);
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

    private record Carried(@Nullable LocaleContext context) implements DecoratedInvocation {

        /** Most callers and most threads have none: to look costs less than to remove. */
        @Override
        public @Nullable Object run(Body body) throws Throwable {
            LocaleContext previous = LocaleContextHolder.getLocaleContext();
            exchange(previous, context);
            try {
                return body.run();
            } finally {
                exchange(LocaleContextHolder.getLocaleContext(), previous);
            }
        }

        @SuppressWarnings("ReferenceEquality") // the very same one, or none and none
        private static void exchange(@Nullable LocaleContext present, @Nullable LocaleContext wanted) {
            if (present != wanted) {
                LocaleContextHolder.setLocaleContext(wanted);
            }
        }
    }
}
