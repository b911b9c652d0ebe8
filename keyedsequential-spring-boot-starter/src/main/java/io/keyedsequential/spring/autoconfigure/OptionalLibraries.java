package io.keyedsequential.spring.autoconfigure;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/** A native image finds by its name only what is named here: the types by which optional libraries are known. */
final class OptionalLibraries implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        Stream.of(
                        "jakarta.validation.ConstraintViolationException",
                        "kotlinx.coroutines.reactor.MonoKt",
                        "org.springframework.security.authorization.method.AuthorizationAdvisor",
                        "org.springframework.security.config.annotation.method.configuration.ReactiveAuthorizationManagerMethodSecurityConfiguration",
                        "org.springframework.transaction.support.TransactionSynchronizationManager",
                        "reactor.core.scheduler.Schedulers")
                .forEach(name -> hints.reflection().registerTypeIfPresent(classLoader, name));
        hints.reflection()
                .registerType(
                        TypeReference.of("io.keyedsequential.spring.aop.SecuredMethods$Samples"),
                        MemberCategory.INVOKE_DECLARED_METHODS);
    }
}
