package dev.rollcall.token;

/// A field of a request that Rollcall ignored, and why. The rest of the request was accepted.
public record Ignored(String field, String reason) {}
