@NullMarked
package dev.rollcall.storage.token;

import org.jspecify.annotations.NullMarked;
