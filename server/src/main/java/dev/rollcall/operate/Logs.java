package dev.rollcall.operate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up the log: one event a line on standard error, its facts as `key="value"` pairs or JSON.
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String LINE = "%date{ISO8601, UTC} %-5level %logger{0}: %msg %kvp%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    install(context, text(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Writes JSON from now on, for machines to read.
  public static void useJson() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var json = new JsonEncoder();
    json.setContext(context);
    json.start();
    install(context, json);
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    var text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(LINE);
    text.start();
    return text;
  }

  private static void install(LoggerContext context, Encoder<ILoggingEvent> encoder) {
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(console);
    root.setLevel(Level.INFO);
    // These tell at length, at every start, what the operator did not ask.
    context.getLogger("org.flywaydb").setLevel(Level.WARN);
    context.getLogger("io.helidon").setLevel(Level.WARN);
    context.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
  }
}
