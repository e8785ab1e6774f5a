@NullMarked
package dev.rollcall.storage.engine;

import org.jspecify.annotations.NullMarked;
