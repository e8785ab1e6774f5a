package dev.rollcall.provider.sender;

import org.jspecify.annotations.Nullable;

/// Issues access tokens for one provider, or requests them from it.
@FunctionalInterface
public interface AccessTokenIssuer {
  /// Returns an access token other than `refused`, which the provider has refused.
  AccessToken issue(@Nullable AccessToken refused) throws AccessTokenException;
}
