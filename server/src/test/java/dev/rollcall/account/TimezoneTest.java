package dev.rollcall.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The names of time zones that devices send.
final class TimezoneTest {
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,            Europe/Berlin",
    "' Europe/Berlin ',        Europe/Berlin",
    "Asia/Calcutta,            Asia/Calcutta",
    "US/Pacific,               US/Pacific",
    "America/Indianapolis,     America/Indianapolis",
    "AMERICA/Indianapolis,     America/Indianapolis",
    "asia/kolkata,             Asia/Kolkata",
    "america/new york,         America/New_York",
    "Europe/Kyiv,              Europe/Kyiv",
    "America/Coyhaique,        America/Coyhaique",
    "america/port-au-prince,   America/Port-au-Prince",
    "CST6CDT,                  CST6CDT",
    "WET,                      WET",
    "utc,                      UTC",
    "Etc/GMT+5,                Etc/GMT+5",
    "etc/gmt-14,               Etc/GMT-14",
    "z,                        Z",
    "GMT+5:30,                 +05:30",
    "GMT+0530,                 +05:30",
    "GMT-03,                   -03:00",
    "GMT+1:00,                 +01:00",
    "UTC+1,                    +01:00",
    "utc +01:00,               +01:00",
    "UTC-09:30,                -09:30",
    "+02:00,                   +02:00",
    "-2,                       -02:00",
    "+530,                     +05:30",
    "+1245,                    +12:45",
    "\u22123:30,               -03:30",
    "+00:00,                   Z",
  })
  void whatCanBeUnderstoodIsUnderstood(String text, String id) {
    assertEquals(Optional.of(id), Timezone.read(text));
    assertEquals(id, ZoneId.of(id).getId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Etc/Unknown",
        "undefined",
        "null",
        "Eastern Standard Time",
        "EST",
        "IST",
        "Factory",
        "local",
        "5.5",
        "+5.5",
        "GMT+99",
        "+19:00",
        "+05:60",
        "-330",
        "-120",
        "Europe/",
        "Europe/Berlin/",
        "Europe//Berlin",
        "Middle/Earth",
        "[object Object]",
        "Europe/Berlin\u0000",
      })
  void whatCannotBeUnderstoodIsNotGuessed(String text) {
    assertEquals(Optional.empty(), Timezone.read(text));
  }

  @Test
  void aLongTextIsNoTimezone() {
    assertEquals(Optional.empty(), Timezone.read("Europe/".repeat(10_000)));
  }
}
