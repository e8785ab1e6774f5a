@NullMarked
package dev.rollcall.storage.rows;

import org.jspecify.annotations.NullMarked;
