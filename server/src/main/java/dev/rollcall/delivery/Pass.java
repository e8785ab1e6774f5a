package dev.rollcall.delivery;

import java.time.Instant;

/// What a provider lets us in with for a while: an OAuth token, or a signed JWT.
public record Pass(Secret secret, Instant issued, Instant renewAt) {}
