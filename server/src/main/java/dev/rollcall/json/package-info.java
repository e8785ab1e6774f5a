@NullMarked
package dev.rollcall.json;

import org.jspecify.annotations.NullMarked;
