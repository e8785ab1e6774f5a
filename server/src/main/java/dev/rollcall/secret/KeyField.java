package dev.rollcall.secret;

/// The field in which a key is sent, for error messages: `source` says what belongs there.
public record KeyField(String name, String source) {

  CredentialException problem(String cause) {
    return new CredentialException(name + " " + cause + "; send " + source);
  }

  CredentialException encrypted() {
    return problem(
        "is encrypted with a password; 'openssl pkey -in FILE' prints it without encryption");
  }
}
