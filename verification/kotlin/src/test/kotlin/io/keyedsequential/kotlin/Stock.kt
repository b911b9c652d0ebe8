package io.keyedsequential.kotlin

import io.keyedsequential.spring.annotation.KeyedSequential
import kotlinx.coroutines.yield
import org.springframework.stereotype.Service

// snippet: key
data class Article(val shop: String, val number: Int)

data class Delivery(val article: Article, val pieces: Int)

@Service // which the plugin kotlin-spring opens, with its functions
class Stock(private val shelves: Shelves) {

    @KeyedSequential(key = "#delivery.article", atom = "stock")
    fun take(delivery: Delivery, pieces: Int = delivery.pieces) {
        shelves.add(delivery.article, pieces)
    }
    // end: key

    // snippet: suspend
    @KeyedSequential(key = "#article", atom = "stock")
    suspend fun count(article: Article): Int {
        val before = shelves.pieces(article)
        yield() // the key stays taken, no thread does
        return before
    }
    // end: suspend

    @KeyedSequential(key = "#article", atom = "stock")
    suspend fun move(article: Article, pieces: Int = 1, step: suspend () -> Unit) {
        val before = shelves.pieces(article)
        step()
        shelves.put(article, before + pieces)
    }

    @KeyedSequential(key = "#shop", atom = "stock")
    fun close(shop: String?) {
        shelves.add(Article(shop!!, 0), 1)
    }
}
