/// The Java SDK of Rollcall, a push-token service that you host yourself.
///
/// It has three entry points:
///
/// - [dev.rollcall.client.RollcallClient]: for an app on a phone or a desktop, with one user at a time;
/// - [dev.rollcall.client.Rollcall]: the same, as static calls with callbacks, as in the vendor's documentation;
/// - [dev.rollcall.client.RollcallBackEnd]: for a back end with an API key.
///
/// Nothing is null unless it is marked so. Passing null for settings, storages, listeners, tasks, scopes
/// or profiles throws a [NullPointerException] that names the argument. Passing null for uids, keys, push
/// tokens or auth tokens, which often come from outside the program, throws a [RollcallException] whose
/// details name the argument as `field`. A listener or a future receives that exception instead.
///
/// All classes are thread-safe except the builders.
@NullMarked
package dev.rollcall.client;

import org.jspecify.annotations.NullMarked;
