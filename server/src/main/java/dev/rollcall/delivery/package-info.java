@NullMarked
package dev.rollcall.delivery;

import org.jspecify.annotations.NullMarked;
