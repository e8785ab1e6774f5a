package dev.rollcall.bench;

import java.util.Arrays;

/// The command line of the bench: hands over to one command.
public final class Bench {
  private static final String USAGE =
      """
      usage: bench load   --port N[,N…] --scenario "register|refresh|list|mix|delete …" [options]
             bench seed   --file FILE [--app ID] [--users N] [--sessions N] [--tokens N]
                          [--vendor fcm|web-push --double N]
             bench bare   --file FILE --work upsert|whole [options]
             bench plain  --port N [options]
             bench fill   --url URL --server rollcall|parse [--app ID] [--users N] [--sessions N]
                          [--vendor fcm|web-push --double N]
             bench sql    --url URL --run SQL
             bench double --port N --keys FILE
             bench client --double N --keys FILE [options]
             bench queue  --double N --keys FILE --file FILE|--url URL [options]
             bench whole|accept|memory --port N --server-pid N --double N --keys FILE [options]
      `--vendor web-push` sends to browsers, and not to FCM.
      `bench/run`, `bench/peer/run` and `bench/delivery/run` call these in the right order.\
      """;

  private Bench() {}

  public static void main(String[] args) throws Exception {
    try {
      run(args);
    } catch (Options.Mistake mistake) {
      System.err.println(mistake.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static void run(String[] args) throws Exception {
    var options = new Options(args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length));
    switch (args.length == 0 ? "" : args[0]) {
      case "load" -> exit(new Load(options).run());
      case "seed" -> new Seed(options).run();
      case "bare" -> exit(new Bare(options).run());
      case "fill" -> new Fill(options).run();
      case "sql" -> new Sql(options).run();
      case "plain" -> new Plain(options).run();
      case "double" -> new PushDouble(options).run();
      case "client" -> new BareClient(options).run();
      case "queue" -> new BareQueue(options).run();
      case "whole" -> new Fanout(options).whole();
      case "accept" -> new Fanout(options).accept();
      case "memory" -> new Fanout(options).memory();
      default -> throw new Options.Mistake("no such command");
    }
  }

  private static void exit(boolean good) {
    System.exit(good ? 0 : 1);
  }
}
