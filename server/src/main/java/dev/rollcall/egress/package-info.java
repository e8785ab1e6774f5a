@NullMarked
package dev.rollcall.egress;

import org.jspecify.annotations.NullMarked;
