@NullMarked
package dev.rollcall.storage.sqlite;

import org.jspecify.annotations.NullMarked;
