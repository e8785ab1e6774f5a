package dev.rollcall.transfer;

import java.util.Set;

/// The uid for a user of another system, and the id as that system writes it. Ids with one uid and
/// different spellings may be different people, except for the spellings in `same`, which an operator
/// has mapped to this uid. `file` is the name of the file.
public record ForeignId(String uid, String spelling, Set<String> same, String file) {}
