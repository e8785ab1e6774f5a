@NullMarked
package dev.rollcall.message;

import org.jspecify.annotations.NullMarked;
