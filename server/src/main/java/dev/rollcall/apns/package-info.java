@NullMarked
package dev.rollcall.apns;

import org.jspecify.annotations.NullMarked;
