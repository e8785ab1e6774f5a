@NullMarked
package dev.rollcall.problem;

import org.jspecify.annotations.NullMarked;
