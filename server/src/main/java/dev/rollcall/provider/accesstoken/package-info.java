@NullMarked
package dev.rollcall.provider.accesstoken;

import org.jspecify.annotations.NullMarked;
