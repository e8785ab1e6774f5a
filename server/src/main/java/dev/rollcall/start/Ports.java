package dev.rollcall.start;

import dev.rollcall.config.Setting;
import dev.rollcall.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;

/// Checks that the ports are free, because the web server would only log that they are not.
public final class Ports {
  private Ports() {}

  public static void require(HttpServer.Listen listen) {
    var address = listen.host().map(Ports::address);
    require(address, listen.httpPort(), Setting.HTTP_PORT);
    require(address, listen.httpsPort(), Setting.HTTPS_PORT);
  }

  private static InetAddress address(String host) {
    try {
      var address = InetAddress.getByName(host);
      try (var any = new ServerSocket()) {
        any.bind(new InetSocketAddress(address, 0));
      }
      return address;
    } catch (UnknownHostException e) {
      throw new StartException(
          "There is no address '" + host + "'; give another with --bind, or none for all", e);
    } catch (IOException e) {
      throw new StartException(
          "This machine has no address " + host + "; give another with --bind, or none for all", e);
    }
  }

  private static void require(Optional<InetAddress> address, int port, Setting setting) {
    try (var socket = new ServerSocket()) {
      // The web server does the same: closed connections do not keep the port in use.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address.orElse(null), port));
    } catch (IOException e) {
      throw new StartException(problem(port, setting, e), e);
    }
  }

  private static String problem(int port, Setting setting, IOException e) {
    return String.valueOf(e.getMessage()).contains("Permission denied")
        ? "This user may not listen on port "
            + port
            + "; choose 1024 or more with "
            + setting.flag()
        : "Port "
            + port
            + " is in use; choose another with "
            + setting.flag()
            + ", or stop what uses it";
  }
}
