@NullMarked
package dev.rollcall.account;

import org.jspecify.annotations.NullMarked;
