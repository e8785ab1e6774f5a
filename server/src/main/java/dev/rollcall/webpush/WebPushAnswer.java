package dev.rollcall.webpush;

import java.util.Optional;

/// What a push service answered.
record WebPushAnswer(
    int status, Optional<String> location, Optional<String> retryAfter, Optional<String> date) {}
