@_spi(_Unicode) internal import Swift

/// What users may be called.
///
/// `String` takes an é and an e with an accent behind it for the same, PostgreSQL does not: so that two users never are
/// one here, a name has the form in which there is one spelling of each (NFC, Unicode Standard Annex 15).
enum UserName {
    /// In bytes: the name is in tickets, which must fit into a WebSocket's handshake.
    static let limit = 48

    /// Completes "the name …".
    static let rule =
        "must have 1 to \(limit) bytes, none of them a control character, in normal form C, and \(PathName.rule)"

    static func isValid(_ name: String) -> Bool {
        name.utf8.count <= Self.limit && PathName.isValid(name) && name.unicodeScalars.elementsEqual(name._nfc)
    }
}
