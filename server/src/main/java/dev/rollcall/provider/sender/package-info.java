@NullMarked
package dev.rollcall.provider.sender;

import org.jspecify.annotations.NullMarked;
