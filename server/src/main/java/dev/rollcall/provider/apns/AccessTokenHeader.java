package dev.rollcall.provider.apns;

import dev.rollcall.provider.accesstoken.AccessTokens;
import dev.rollcall.provider.sender.AccessToken;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;

/// Puts the shared provider token into each request.
///
/// pushy signs a token for every connection, and Apple refuses those who come with many: a few
/// nodes with a few connections each are enough. The one place where pushy lets us touch the
/// headers is where frames are logged, just before they are written.
final class AccessTokenHeader extends Http2FrameLogger {
  private static final CharSequence AUTHORIZATION = "authorization";

  private final AccessTokens passes;

  AccessTokenHeader(AccessTokens passes) {
    super(LogLevel.TRACE, AccessTokenHeader.class);
    this.passes = passes;
  }

  /// Frames hold push tokens and credentials: none is ever logged.
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
      passes
          .latest()
          .map(AccessToken::secret)
          .ifPresent(it -> headers.set(AUTHORIZATION, it.value()));
    }
  }
}
