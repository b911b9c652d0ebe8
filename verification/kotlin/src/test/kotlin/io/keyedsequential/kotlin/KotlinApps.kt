package io.keyedsequential.kotlin

import io.keyedsequential.spring.atom.AtomRegistry
import io.keyedsequential.spring.atom.MisconfiguredAtomException
import io.keyedsequential.spring.autoconfigure.KeyedSequentialAutoConfiguration
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.ApplicationContext

fun app(bean: Class<*>): ApplicationContextRunner =
    ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(KeyedSequentialAutoConfiguration::class.java))
        .withUserConfiguration(bean)

/** What ends the start-up: the message, and the remedy. */
fun refusal(bean: Class<*>): String {
    var said = ""
    app(bean).run { context ->
        val refused = generateSequence(context.startupFailure) { it.cause }
            .filterIsInstance<MisconfiguredAtomException>()
            .first()
        said = "${refused.message} ${refused.action()}"
    }
    return said
}

fun assertAtRest(context: ApplicationContext) {
    for (atom in context.getBean(AtomRegistry::class.java).atoms()) {
        assertThat(atom.coordinator().awaitIdle(Duration.ofSeconds(30))).`as`(atom.name()).isTrue()
        assertThat(atom.coordinator().stats().lanes()).`as`(atom.name()).isZero()
    }
}
