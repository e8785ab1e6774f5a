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

/// Configures the log: one event a line on standard error, with its values as `key="value"` or
/// JSON.
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String LINE = "%date{ISO8601, UTC} %-5level %logger{0}: %msg %kvp%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    install(context, text(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Switches to JSON.
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
    // These log many lines at each start that operators do not need.
    context.getLogger("org.flywaydb").setLevel(Level.WARN);
    context.getLogger("io.helidon").setLevel(Level.WARN);
    context.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
    // It logs a stack trace for each push whose connection fails. The report of the delivery has
    // the reason.
    context.getLogger("com.eatthepath.pushy").setLevel(Level.ERROR);
  }
}
