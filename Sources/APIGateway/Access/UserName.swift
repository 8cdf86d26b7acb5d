@_spi(_Unicode) internal import Swift

/// The rules for user names.
///
/// Names must be in NFC (Unicode Standard Annex 15): `String` considers precomposed and decomposed characters equal,
/// PostgreSQL does not, so two users could be confused.
enum UserName {
    /// In bytes: the name is part of tickets, which must fit into a WebSocket's handshake.
    static let limit = 48

    /// Completes "the name …".
    static let rule =
        "must have 1 to \(limit) bytes, in Unicode NFC, without control characters, \(PathName.rule)"

    static func isValid(_ name: String) -> Bool {
        name.utf8.count <= Self.limit && PathName.isValid(name) && name.unicodeScalars.elementsEqual(name._nfc)
    }
}
