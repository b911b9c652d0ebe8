package io.keyedsequential.spring.autoconfigure;

import static io.keyedsequential.spring.Apps.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyedsequential.KeyedCoordinator;
import io.keyedsequential.spring.actuate.AtomDescriptor.LimitsDescriptor;
import io.keyedsequential.spring.actuate.KeyedAtomsInfoContributor;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class KeyedAtomsInfoAutoConfigurationTest {

    private final ApplicationContextRunner info =
            app().withConfiguration(AutoConfigurations.of(KeyedAtomsActuatorAutoConfiguration.class));

    @Test
    void itIsOffUnlessItIsSwitchedOn() {
        info.run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsInfoContributor.class));
    }

    @Test
    void withoutAtomsThereIsNone() {
        info.withPropertyValues("management.info.keyedatoms.enabled=true", "keyedsequential.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(KeyedAtomsInfoContributor.class));
    }

    @Test
    void itShowsNamesAndLimits() {
        KeyedCoordinator<String> mail =
                KeyedCoordinator.<String>builder("mail").maxConcurrency(3).build();
        info.withPropertyValues("management.info.keyedatoms.enabled=true")
                .withBean("mailer", KeyedCoordinator.class, () -> mail)
                .run(context -> {
                    Info.Builder builder = new Info.Builder();
                    context.getBean(KeyedAtomsInfoContributor.class).contribute(builder);
                    assertThat(builder.build().getDetails())
                            .extractingByKey(
                                    "keyedatoms", InstanceOfAssertFactories.map(String.class, LimitsDescriptor.class))
                            .containsOnlyKeys("mail")
                            .hasEntrySatisfying("mail", limits -> assertThat(limits.maxConcurrency())
                                    .isEqualTo(3));
                });
    }
}
