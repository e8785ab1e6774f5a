@NullMarked
package dev.rollcall.quiet;

import org.jspecify.annotations.NullMarked;
