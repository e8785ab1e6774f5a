package dev.rollcall.provider.accesstoken;

/// Identifies an access token that all nodes share, by the provider and the version of its
/// credentials.
public record AccessTokenName(long provider, long version, String name) {}
