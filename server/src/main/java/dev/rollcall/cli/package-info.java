@NullMarked
package dev.rollcall.cli;

import org.jspecify.annotations.NullMarked;
