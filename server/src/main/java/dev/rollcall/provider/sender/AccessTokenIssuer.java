package dev.rollcall.provider.sender;

import org.jspecify.annotations.Nullable;

/// Issues access tokens of one provider, or has the provider issue them.
@FunctionalInterface
public interface AccessTokenIssuer {
  /// An access token other than `refused`, which the provider did not take.
  AccessToken issue(@Nullable AccessToken refused) throws AccessTokenException;
}
