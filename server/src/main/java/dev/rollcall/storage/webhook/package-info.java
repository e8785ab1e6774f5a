@NullMarked
package dev.rollcall.storage.webhook;

import org.jspecify.annotations.NullMarked;
