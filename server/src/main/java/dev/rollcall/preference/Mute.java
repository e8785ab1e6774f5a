package dev.rollcall.preference;

/// A peer of whom nothing is to be heard until then, in epoch milliseconds.
public record Mute(Topic topic, Peer peer, long until) {}
