package dev.rollcall.transfer;

/// The uid for a user of another system, and the id as that system writes it. Ids with one uid and
/// different spellings may be different people. `chosen` says that an operator has mapped this
/// spelling of the uid to the uid. `file` is the name of the file.
public record ForeignId(String uid, String spelling, boolean chosen, String file) {}
