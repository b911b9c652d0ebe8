package io.keyedsequential.kotlin

import java.util.concurrent.ConcurrentHashMap
import org.springframework.stereotype.Component

/** Reads, and writes what it has read and more: right only if nobody comes between. */
@Component
class Shelves {

    private val pieces = ConcurrentHashMap<Article, Int>()

    fun pieces(article: Article): Int = pieces[article] ?: 0

    fun put(article: Article, count: Int) {
        pieces[article] = count
    }

    fun add(article: Article, count: Int) {
        val before = pieces(article)
        Thread.yield()
        put(article, before + count)
    }
}
