package dev.rollcall.provider.sender;

import dev.rollcall.secret.Secret;
import java.time.Instant;

/// What a provider lets us in with for a while: an OAuth token, or a signed JWT.
public record AccessToken(Secret secret, Instant issued, Instant renewAt) {}
