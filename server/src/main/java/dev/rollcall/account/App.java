package dev.rollcall.account;

/// A tenant of the server. Its users, keys and push tokens are invisible to every other app.
public record App(long no, String id, String region, TokenPolicy policy, long createdAt) {}
