/**
 * What a stored call costs on PostgreSQL: {@link io.keyedsequential.jdbc.benchmarks.JdbcBenchmarks} asks the questions, each of which
 * is a class. The contenders are atoms of {@link io.keyedsequential.jdbc.benchmarks.Application} and, in {@link
 * io.keyedsequential.jdbc.benchmarks.PlainTasks}, a task of db-scheduler for each call.
 */
@NullMarked
package io.keyedsequential.jdbc.benchmarks;

import org.jspecify.annotations.NullMarked;
