@NullMarked
package dev.rollcall.storage;

import org.jspecify.annotations.NullMarked;
