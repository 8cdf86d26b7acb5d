/// A name that stands in a path of the interface: a user's, or what is paused.
///
/// libwebsockets decodes a path before it is ours to split, drops `.` and `..` and doubled slashes, and at a `%00` or a
/// line's end it ends the path, or the connection. So a slash in a name is one in the path, and a name with those in it
/// could be given and never be asked for.
enum PathName {
    /// Completes "the name …".
    static let rule = "slashes only between parts that are not empty, nor . or .."

    static func isValid(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            // By its bytes, as libwebsockets has it: a slash with a combining mark behind it is one all the same.
            && name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { part in !["", ".", ".."].contains { part.elementsEqual($0.utf8) } }
    }
}
