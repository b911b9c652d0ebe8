/**
 * Receives webhooks as GitHub sends them, and follows the branches of repositories. Pushes of one repository must be applied in their
 * order: each says which commit it stands on.
 */
@NullMarked
package io.keyedsequential.webhooks;

import org.jspecify.annotations.NullMarked;
