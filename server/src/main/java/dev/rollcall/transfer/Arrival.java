package dev.rollcall.transfer;

/// What an import takes over: a row of our own export, or a token that another system knew.
public sealed interface Arrival permits Line.Row, Foreign {}
