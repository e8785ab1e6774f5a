package dev.rollcall;

import dev.rollcall.bench.FcmDouble;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/// The server as `./rollcall serve` starts it, with a double in the place of FCM: the first two
/// arguments are its port and the file with its certificate, and the others are the server's own.
public final class DoubledServer {
  private DoubledServer() {}

  public static void main(String[] arguments) {
    var fcm = FcmDouble.endpoint(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
    var flags = List.of(Arrays.copyOfRange(arguments, 2, arguments.length));
    var config = Config.read(new Settings(Flags.read(flags), System.getenv()));
    var real = Outside.real(config.pushServices(), config.receivers());
    var outside = new Outside(fcm, real.apns(), real.webPush(), real.webhooks(), real.tls());
    var server = Server.start(config, outside, Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
  }
}
