@NullMarked
package dev.rollcall.preference;

import org.jspecify.annotations.NullMarked;
