/// Why a token is rejected. Completes "this token …".
enum TokenFault: String, Error, Sendable {
    case tooLarge = "is too large"
    case malformed = "is no signed JSON Web Token that can be read"
    case algorithm = "is signed by an algorithm other than RS256 and ES256"
    case unknownKey = "is signed with a key that the identity provider does not have"
    case signature = "has a signature that does not fit"
    case issuer = "is from another issuer"
    case audience = "is for another audience"
    case expired = "has expired, or does not say when it does"
    case early = "is not valid yet"
    case user = "does not name a user as users may be called, in 1 to 48 bytes"
}
