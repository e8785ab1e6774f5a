@NullMarked
package dev.rollcall.storage.preference;

import org.jspecify.annotations.NullMarked;
