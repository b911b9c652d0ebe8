/**
 * Properties and auto-configurations. Nothing else imports this package.
 */
@NullMarked
package io.keyedsequential.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
