@NullMarked
package dev.rollcall.provider.apns;

import org.jspecify.annotations.NullMarked;
