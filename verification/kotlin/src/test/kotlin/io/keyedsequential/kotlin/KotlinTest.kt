package io.keyedsequential.kotlin

import io.keyedsequential.spring.atom.AtomRegistry
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import

class KotlinTest {

    @Configuration(proxyBeanMethods = false)
    @Import(Stock::class, Shelves::class)
    class App

    private val bolts = Article("north", 7)

    /** Returns nothing: JUnit passes over a test that does. */
    private fun inApp(test: (Stock, Shelves, AtomRegistry) -> Unit) {
        app(App::class.java).run { context ->
            test(
                context.getBean(Stock::class.java),
                context.getBean(Shelves::class.java),
                context.getBean(AtomRegistry::class.java),
            )
            assertAtRest(context)
        }
    }

    @Test
    fun equalDataClassesAreOneKey() = inApp { stock, shelves, registry ->
        val held = CountDownLatch(1)
        registry.coordinator("stock").execute(Article("north", 7)) { held.await(30, TimeUnit.SECONDS) }
        repeat(100) { stock.take(Delivery(Article("north", 7), 1)) }
        assertThat(registry.coordinator("stock").stats().lanes()).isEqualTo(1)
        held.countDown()
        assertThat(registry.coordinator("stock").call(bolts) { shelves.pieces(bolts) }).isEqualTo(100)
    }

    @Test
    fun aCallThatLeavesOutAnArgumentIsAnOperationToo() = inApp { stock, shelves, registry ->
        stock.take(Delivery(bolts, 3))
        stock.take(Delivery(bolts, 3), pieces = 5)
        assertThat(registry.coordinator("stock").call(bolts) { shelves.pieces(bolts) }).isEqualTo(8)
        assertThat(registry.coordinator("stock").stats().admitted()).isEqualTo(3L)
    }

    @Test
    fun nullIsNoKey() = inApp { stock, _, _ ->
        assertThatThrownBy { stock.close(null) }
            .hasMessageContaining("stock: the key '#shop' of")
            .hasMessageContaining("is null; every call needs a key")
    }

    @Test
    fun suspendingCallsOfAKeyKeepApartAcrossTheirSuspensions() = inApp { stock, shelves, _ ->
        runBlocking(Dispatchers.Default) {
            (1..50).map { async { stock.move(bolts) { yield() } } }.awaitAll()
        }
        assertThat(shelves.pieces(bolts)).isEqualTo(50)
    }

    @Test
    fun aSuspendedCallHoldsItsKeyButNoPermit() = inApp { stock, shelves, registry ->
        registry.coordinator("stock").setMaxConcurrency(1)
        val nuts = Article("north", 8)
        val go = CompletableDeferred<Unit>()
        val begun = CompletableDeferred<Unit>()
        runBlocking(Dispatchers.Default) {
            val moving = launch {
                stock.move(bolts, 2) {
                    begun.complete(Unit)
                    go.await()
                }
            }
            begun.await()
            val counting = async { stock.count(bolts) }
            stock.move(nuts) {} // passes with one permit while another key's call is suspended
            assertThat(counting.isCompleted).isFalse()
            go.complete(Unit)
            moving.join()
            assertThat(counting.await()).isEqualTo(2)
        }
        assertThat(shelves.pieces(nuts)).isEqualTo(1)
    }

    @Test
    fun whatASuspendingFunctionThrowsReachesItsCaller() = inApp { stock, shelves, _ ->
        assertThatThrownBy { runBlocking { stock.move(bolts) { error("the shelf is full") } } }
            .isInstanceOf(IllegalStateException::class.java)
            .hasMessage("the shelf is full")
        assertThat(shelves.pieces(bolts)).isZero()
    }

    @Test
    fun aCoroutineThatIsCancelledBeforeItsTurnIsTakenOut() = inApp { stock, shelves, registry ->
        val go = CompletableDeferred<Unit>()
        val begun = CompletableDeferred<Unit>()
        runBlocking(Dispatchers.Default) {
            val first = launch {
                stock.move(bolts) {
                    begun.complete(Unit)
                    go.await()
                }
            }
            begun.await()
            val second = launch { stock.move(bolts) {} }
            withTimeout(30_000) { while (registry.coordinator("stock").stats().queued() == 0L) yield() }
            second.cancelAndJoin()
            assertThat(registry.coordinator("stock").stats().cancelled()).isEqualTo(1L)
            go.complete(Unit)
            first.join()
        }
        assertThat(shelves.pieces(bolts)).isEqualTo(1)
    }

    @Test
    fun whatIsFinalIsRefusedInKotlinsWords() {
        assertThat(refusal(FinalStock::class.java))
            .contains("FinalStock has methods annotated with @KeyedSequential and is a final class")
            .contains("Apply the compiler plugin kotlin-spring")
        assertThat(refusal(FinalFunction::class.java))
            .contains("FinalFunction.take(Article)", "is final: no proxy can override it")
            .contains("Apply the compiler plugin kotlin-spring")
    }

    @Test
    fun aFlowIsRefused() {
        assertThat(refusal(FlowingStock::class.java)).contains("returns the reactive type kotlinx.coroutines.flow.Flow")
        assertThat(refusal(SuspendingFlow::class.java)).contains("suspends and returns a Flow")
    }
}
