/// Why a token is rejected. Completes "this token …".
enum TokenFault: String, Error, Sendable {
    case tooLarge = "is too large"
    case malformed = "is not a readable signed JSON Web Token"
    case algorithm = "is signed with an algorithm other than RS256 and ES256"
    case unknownKey = "is signed with a key that the identity provider does not have"
    case signature = "has an invalid signature"
    case issuer = "is from another issuer"
    case audience = "is for another audience"
    case expired = "has expired, or has no expiry time"
    case early = "is not valid yet"
    case user = "does not name a valid user: 1 to 48 bytes, without control characters"
}
