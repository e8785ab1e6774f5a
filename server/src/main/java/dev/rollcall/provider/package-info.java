@NullMarked
package dev.rollcall.provider;

import org.jspecify.annotations.NullMarked;
