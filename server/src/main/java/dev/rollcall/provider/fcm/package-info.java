@NullMarked
package dev.rollcall.provider.fcm;

import org.jspecify.annotations.NullMarked;
