package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration.OptionalLibraries;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;

class OptionalLibrariesTest {

    private static boolean isKnown(String type, ClassLoader loader) {
        RuntimeHints hints = new RuntimeHints();
        new OptionalLibraries().registerHints(hints, loader);
        return RuntimeHintsPredicates.reflection()
                .onType(TypeReference.of(type))
                .test(hints);
    }

    @Test
    void aNativeImageFindsWhatIsThere() {
        ClassLoader loader = getClass().getClassLoader();
        assertThat(isKnown("jakarta.validation.ConstraintViolationException", loader))
                .isTrue();
        assertThat(isKnown("org.springframework.security.authorization.method.AuthorizationAdvisor", loader))
                .isTrue();
        assertThat(isKnown("reactor.core.scheduler.Schedulers", loader)).isTrue();
    }

    @Test
    void whatIsNotThereIsNotNamed() {
        assertThat(isKnown("reactor.core.scheduler.Schedulers", new FilteredClassLoader("reactor.core")))
                .isFalse();
    }

    /** Of which the starter reads the annotations, to tell advice by its pointcut. */
    @Test
    void theSamplesOfSecuredMethodsExistAndAreKnown() throws Exception {
        Class<?> samples = Class.forName(
                "io.keyedsequential.spring.aop.KeyedSequentialAdviceOrder$AuthorizationAdvice$SecuredMethods$Samples");
        RuntimeHints hints = new RuntimeHints();
        new OptionalLibraries().registerHints(hints, getClass().getClassLoader());
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(samples)
                        .withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS))
                .accepts(hints);
    }
}
