package dev.rollcall.provider.accesstoken;

/// Names an access token that the nodes share: the one of a provider as it was set with `version`.
public record AccessTokenName(long provider, long version, String name) {}
