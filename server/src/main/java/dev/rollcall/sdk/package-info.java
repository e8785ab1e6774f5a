@NullMarked
package dev.rollcall.sdk;

import org.jspecify.annotations.NullMarked;
