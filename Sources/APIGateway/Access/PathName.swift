/// A name that is part of an API path: a user's, or that of something paused.
///
/// libwebsockets decodes a path before we split it, removes `.`, `..` and doubled slashes, and cannot pass on a `%00`
/// or a line break. So a slash in a name is a slash in the path, and an object whose name contains the others could be
/// created but not be addressed.
enum PathName {
    /// Completes "the name …".
    static let rule = "with slashes only between non-empty parts other than . and .."

    static func isValid(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            // By bytes, as in libwebsockets: a slash followed by a combining mark is still a slash.
            && name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { part in !["", ".", ".."].contains { part.elementsEqual($0.utf8) } }
    }
}
