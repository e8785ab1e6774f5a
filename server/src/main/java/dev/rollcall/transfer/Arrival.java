package dev.rollcall.transfer;

/// What an import takes over: a row of our own export.
public sealed interface Arrival permits Line.Row {}
