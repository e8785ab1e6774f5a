@NullMarked
package dev.rollcall.storage.transfer;

import org.jspecify.annotations.NullMarked;
