package dev.rollcall.client;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/// Marks code that needs classes which Android 7.0 lacks, and that never runs there.
@Target({ElementType.TYPE, ElementType.METHOD})
@interface LaterAndroid {}
