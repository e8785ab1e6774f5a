@NullMarked
package dev.rollcall.secret;

import org.jspecify.annotations.NullMarked;
