package io.keyedsequential.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

class MisconfiguredAtomFailureAnalyzerTest {

    /** Boot's analyzers know missing beans and unbound properties too; unordered ones come as the class path has them. */
    @Test
    void itIsAskedBeforeThoseOfBootWhateverTheOrderOfTheClassPath() {
        ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
                .and(Environment.class, new StandardEnvironment());
        List<FailureAnalyzer> analyzers = new ArrayList<>(SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((message, failure) -> {})));
        assertThat(analyzers).hasSizeGreaterThan(5);
        for (int order = 0; order < 2; order++) {
            AnnotationAwareOrderComparator.sort(analyzers);
            assertThat(analyzers.get(0)).isInstanceOf(MisconfiguredAtomFailureAnalyzer.class);
            Collections.reverse(analyzers);
        }
    }
}
