/// Measures the server under load, beside the limits that it is held against.
@NullMarked
package dev.rollcall.bench;

import org.jspecify.annotations.NullMarked;
