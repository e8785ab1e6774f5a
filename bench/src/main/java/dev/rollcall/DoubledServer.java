package dev.rollcall;

import dev.rollcall.bench.PushDouble;
import dev.rollcall.cli.Flags;
import dev.rollcall.config.Config;
import dev.rollcall.config.Settings;
import dev.rollcall.start.OutboundServices;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/// The server as `./rollcall serve` starts it, with the double in the place of FCM, and trusting
/// the double's certificate alone. The first two arguments are the double's port and the file with
/// its certificate, and the others are the server's own.
public final class DoubledServer {
  private DoubledServer() {}

  public static void main(String[] arguments) {
    var keys = Path.of(arguments[1]);
    var fcm = PushDouble.fcm(Integer.parseInt(arguments[0]), keys);
    var flags = List.of(Arrays.copyOfRange(arguments, 2, arguments.length));
    var config = Config.read(new Settings(Flags.read(flags), System.getenv()));
    var real =
        OutboundServices.real(
            config.pushServices(), config.internalReceivers(), config.outwardProxy());
    var tls = PushDouble.tls(keys);
    var outside =
        new OutboundServices(
            fcm, real.apns(), real.pushServices(), real.internalReceivers(), real.lookups(), tls);
    var server = Server.start(config, outside, Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
  }
}
