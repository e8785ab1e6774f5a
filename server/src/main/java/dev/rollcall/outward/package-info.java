@NullMarked
package dev.rollcall.outward;

import org.jspecify.annotations.NullMarked;
