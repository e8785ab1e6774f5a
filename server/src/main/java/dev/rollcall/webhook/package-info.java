@NullMarked
package dev.rollcall.webhook;

import org.jspecify.annotations.NullMarked;
