@NullMarked
package dev.rollcall.provider.webpush;

import org.jspecify.annotations.NullMarked;
