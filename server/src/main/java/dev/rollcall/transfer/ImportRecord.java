package dev.rollcall.transfer;

/// A record to import: a row of a Rollcall export, or a push token of another system.
public sealed interface ImportRecord permits Line.Row, ForeignToken {}
