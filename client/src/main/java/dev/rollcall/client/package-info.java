/// The Java SDK of Rollcall, a push-token service that you host yourself.
///
/// Three ways in:
///
/// - [dev.rollcall.client.RollcallClient]: an app on a phone or a desktop, for one user at a time;
/// - [dev.rollcall.client.Rollcall]: the same, as the static calls with callbacks that the vendor's
///   documentation shows;
/// - [dev.rollcall.client.RollcallBackEnd]: a back end with an API key.
///
/// Nothing here is null unless it is marked so. All classes may be used by many threads at once.
@NullMarked
package dev.rollcall.client;

import org.jspecify.annotations.NullMarked;
