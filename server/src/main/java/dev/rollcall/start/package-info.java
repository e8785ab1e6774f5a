@NullMarked
package dev.rollcall.start;

import org.jspecify.annotations.NullMarked;
