/// Thrown when the key that authorized a new key has been revoked or has expired meanwhile.
package struct AuthorizingKeyInvalid: Error {}
