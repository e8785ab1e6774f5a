package dev.rollcall.provider.sender;

import dev.rollcall.secret.Secret;
import java.time.Instant;

/// A credential that a provider accepts for a limited time: an OAuth token or a signed JWT.
public record AccessToken(Secret secret, Instant issued, Instant renewAt) {}
