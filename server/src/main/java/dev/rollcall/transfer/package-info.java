@NullMarked
package dev.rollcall.transfer;

import org.jspecify.annotations.NullMarked;
