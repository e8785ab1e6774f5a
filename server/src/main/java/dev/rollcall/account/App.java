package dev.rollcall.account;

/// A tenant of the server. Its users, keys and push tokens are invisible to every other app.
public record App(long number, String id, String region, TokenPolicy policy, long createdAt) {}
