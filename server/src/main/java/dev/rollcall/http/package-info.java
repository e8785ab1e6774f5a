@NullMarked
package dev.rollcall.http;

import org.jspecify.annotations.NullMarked;
