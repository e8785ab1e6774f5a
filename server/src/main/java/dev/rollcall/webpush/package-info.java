@NullMarked
package dev.rollcall.webpush;

import org.jspecify.annotations.NullMarked;
