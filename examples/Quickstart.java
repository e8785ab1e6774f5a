import dev.rollcall.client.MemoryStorage;
import dev.rollcall.client.RollcallBackEnd;
import dev.rollcall.client.RollcallClient;
import dev.rollcall.client.RollcallException;
import dev.rollcall.client.RollcallSettings;
import dev.rollcall.client.Scope;
import dev.rollcall.client.UserProfile;
import java.io.FileInputStream;
import java.io.IOException;

/// A back end that creates a user and logs it in, and two phones of that user.
///
/// `examples/run` compiles the client and runs this program against a Rollcall server on this
/// machine.
final class Quickstart {
  public static void main(String[] args) {
    if (args.length != 4) {
      System.err.println("Quickstart HOST[:PORT] APP_ID API_KEY CERTIFICATE.pem");
      System.exit(2);
    }
    try {
      run(args);
    } catch (RollcallException e) {
      System.err.println(args[0] + ": " + e.getMessage() + " (" + e.getCode() + ")");
      System.exit(1);
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void run(String[] args) throws IOException, RollcallException {
    var settings = settings(args[0], args[1], args[3]);
    try (var backEnd = RollcallBackEnd.open(settings, args[2]);
        var phone = RollcallClient.open(settings, new MemoryStorage());
        var tablet = RollcallClient.open(settings, new MemoryStorage())) {
      var uid = "alice-" + System.currentTimeMillis();
      backEnd.createUser(uid, new UserProfile().name("Alice"));

      phone.login(backEnd.createAuthToken(uid).value());
      tablet.login(backEnd.createAuthToken(uid).value());
      System.out.println("phone:  " + phone.registerFcm("phone-of-" + uid));
      System.out.println("phone:  " + phone.registerFcm("phone-of-" + uid));
      System.out.println("tablet: " + tablet.registerFcm("tablet-of-" + uid));
      System.out.println("tokens: " + tablet.tokens().android());

      System.out.println("phone:  " + phone.logout());
      System.out.println("tokens: " + tablet.tokens().android());

      greet(backEnd, uid);
      tablet.deleteTokens(Scope.ALL);
      backEnd.deleteUser(uid, true);
    }
  }

  private static RollcallSettings settings(String host, String appId, String certificate)
      throws IOException {
    try (var pem = new FileInputStream(certificate)) {
      return RollcallSettings.builder(appId, host).trust(pem).build();
    }
  }

  private static void greet(RollcallBackEnd backEnd, String uid) throws RollcallException {
    for (var session : backEnd.sessions(uid, 1, 100).rows()) {
      for (var token : backEnd.pushTokens(session.handle(), Scope.SESSION)) {
        System.out.println("ring:   " + token);
      }
    }
  }
}
