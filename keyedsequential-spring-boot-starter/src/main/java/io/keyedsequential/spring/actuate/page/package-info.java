/**
 * The live page: {@link io.keyedsequential.spring.actuate.page.KeyedAtomsPageWebExtension} answers a browser with one
 * document that polls {@link io.keyedsequential.spring.actuate.KeyedAtomsEndpoint} and draws what it says.
 */
@NullMarked
package io.keyedsequential.spring.actuate.page;

import org.jspecify.annotations.NullMarked;
