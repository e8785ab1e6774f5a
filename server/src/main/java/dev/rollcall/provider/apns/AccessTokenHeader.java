package dev.rollcall.provider.apns;

import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.AccessToken;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;

/// Sets the shared access token as the `authorization` header of each request.
///
/// pushy signs its own token for every connection, and Apple refuses a client that uses many
/// different tokens. A few nodes with a few connections each reach that limit. pushy lets us change
/// the headers in one place only: the frame logger, which runs just before a frame is written.
final class AccessTokenHeader extends Http2FrameLogger {
  private static final CharSequence AUTHORIZATION = "authorization";

  private final AccessTokens accessTokens;

  AccessTokenHeader(AccessTokens accessTokens) {
    super(LogLevel.TRACE, AccessTokenHeader.class);
    this.accessTokens = accessTokens;
  }

  /// Frames contain push tokens and credentials, so none is ever logged.
  @Override
  public boolean isEnabled() {
    return false;
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endStream) {
    sign(direction, headers);
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream) {
    sign(direction, headers);
  }

  private void sign(Direction direction, Http2Headers headers) {
    if (direction == Direction.OUTBOUND) {
      accessTokens
          .latest()
          .map(AccessToken::secret)
          .ifPresent(it -> headers.set(AUTHORIZATION, it.value()));
    }
  }
}
