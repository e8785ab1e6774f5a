package dev.rollcall.client;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/// Marks what Android 7.0 lacks, and what is therefore never run there.
@Target({ElementType.TYPE, ElementType.METHOD})
@interface LaterAndroid {}
