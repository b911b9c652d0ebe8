package io.keyedsequential.kotlin

import io.keyedsequential.spring.annotation.KeyedSequential
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf

/** Without one of Spring's annotations, so that the plugin leaves it final. */
class FinalStock {

    @KeyedSequential(key = "#article")
    fun take(article: Article) = check(article.number > 0)
}

/** Open, its function is not. */
open class FinalFunction {

    @KeyedSequential(key = "#article")
    fun take(article: Article) = check(article.number > 0)
}

open class SuspendingStock {

    @KeyedSequential(key = "#article")
    open suspend fun count(article: Article): Int = article.number
}

open class SuspendingFlow {

    @KeyedSequential(key = "#article")
    open suspend fun counts(article: Article): Flow<Int> = flowOf(article.number)
}

open class FlowingStock {

    @KeyedSequential(key = "#article")
    open fun counts(article: Article): Flow<Int> = flowOf(article.number)
}

/** Its names are those of the class file: neither kotlin-reflect nor coroutines are needed. */
open class NamedStock {

    val seen = java.util.concurrent.ConcurrentLinkedQueue<Int>()

    @KeyedSequential(key = "#article.shop")
    open fun take(article: Article): Int {
        seen += article.number
        return article.number
    }
}
