@NullMarked
package dev.rollcall.storage.postgres;

import org.jspecify.annotations.NullMarked;
