package dev.rollcall.preference;

/// A setting that suppresses notifications from a peer until `until`, in epoch milliseconds.
public record Mute(Topic topic, Peer peer, long until) {}
