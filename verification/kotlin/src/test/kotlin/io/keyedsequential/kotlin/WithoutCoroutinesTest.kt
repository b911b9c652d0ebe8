package io.keyedsequential.kotlin

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.springframework.core.KotlinDetector

/** Runs without kotlinx-coroutines-reactor and kotlin-reflect on the class path. */
@Tag("without-coroutines") // the pom has an execution for these
class WithoutCoroutinesTest {

    @Test
    fun aSuspendingFunctionIsRefusedWithTheRemedy() {
        assertThat(refusal(SuspendingStock::class.java))
            .contains("SuspendingStock.count(Article, Continuation)", "is a suspending function")
            .contains("Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and org.jetbrains.kotlin:kotlin-reflect")
    }

    @Test
    fun parametersAreNamedByTheClassFile() {
        assertThat(KotlinDetector.isKotlinReflectPresent()).isFalse()
        app(NamedStock::class.java).run { context ->
            val stock = context.getBean(NamedStock::class.java)
            assertThat(stock.take(Article("north", 7))).isEqualTo(7)
            assertAtRest(context)
        }
    }
}
