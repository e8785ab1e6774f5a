@NullMarked
package dev.rollcall.fcm;

import org.jspecify.annotations.NullMarked;
