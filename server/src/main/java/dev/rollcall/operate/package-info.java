@NullMarked
package dev.rollcall.operate;

import org.jspecify.annotations.NullMarked;
