@NullMarked
package dev.rollcall.storage.delivery;

import org.jspecify.annotations.NullMarked;
