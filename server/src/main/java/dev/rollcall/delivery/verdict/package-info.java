@NullMarked
package dev.rollcall.delivery.verdict;

import org.jspecify.annotations.NullMarked;
