@NullMarked
package dev.rollcall.storage.account;

import org.jspecify.annotations.NullMarked;
