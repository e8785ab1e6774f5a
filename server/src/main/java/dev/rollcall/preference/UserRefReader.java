package dev.rollcall.preference;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Credentials;
import dev.rollcall.account.Scope;
import dev.rollcall.http.Request;
import dev.rollcall.preference.PreferenceStore.RequestedUser;
import dev.rollcall.problem.Problem;

/// Reads from a request whose preferences are meant.
final class UserRefReader {
  private UserRefReader() {}

  static RequestedUser own(Request request) {
    return new RequestedUser.Own(Credentials.device(request));
  }

  /// With an API key, a header or the query names the user: the vendor documents both.
  static RequestedUser ownOrNamed(Request request) {
    if (request.apiKey().isEmpty()) {
      return own(request);
    }
    var caller = Credentials.backEnd(request, Scope.FULL_ACCESS);
    var uid =
        request
            .onBehalfOf()
            .or(() -> request.query("uid"))
            .orElseThrow(
                () ->
                    Problem.badField(
                        "onBehalfOf",
                        "onBehalfOf is missing; name the user's uid in that header, or as uid in"
                            + " the query"));
    return new RequestedUser.Named(caller, Accounts.knownUid(uid));
  }
}
