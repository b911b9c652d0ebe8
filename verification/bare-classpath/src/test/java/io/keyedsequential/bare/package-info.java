/**
 * One application, started on several real classpaths: with one optional library each, and with none. Which of them are there
 * is told by system properties, which the build sets for each run.
 */
@NullMarked
package io.keyedsequential.bare;

import org.jspecify.annotations.NullMarked;
