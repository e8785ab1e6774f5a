/// The Java SDK of Rollcall, a push-token service that you host yourself.
///
/// Three ways in:
///
/// - [dev.rollcall.client.RollcallClient]: an app on a phone or a desktop, for one user at a time;
/// - [dev.rollcall.client.Rollcall]: the same, as the static calls with callbacks that the vendor's
///   documentation shows;
/// - [dev.rollcall.client.RollcallBackEnd]: a back end with an API key.
///
/// Nothing here is null unless it is marked so. A null that must not be is answered at once: with a
/// [NullPointerException] that names the argument where only a mistake in the program can have made
/// it (settings, storages, listeners, tasks, scopes, profiles), and with a [RollcallException] whose
/// details name it as `field` where the value comes from elsewhere (uids, keys, push and auth tokens).
/// Through a listener or a future, the latter arrives there.
///
/// All classes may be used by many threads at once, but for the builders.
@NullMarked
package dev.rollcall.client;

import org.jspecify.annotations.NullMarked;
