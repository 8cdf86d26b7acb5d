/// A number of bytes. Written `20MiB`, `512KiB`, `1GB` or `100B`.
package struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var bytes: Int

    package init(_ bytes: Int) {
        self.bytes = bytes
    }

    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(count << 30) }

    /// Parses a whole number and a unit; nil when malformed, or when the value overflows `Int`.
    package init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits),
            let unit = Self.units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The shortest exact text: `20MiB` rather than `20971520B`.
    package var description: String {
        let unit =
            Self.units.last { $0.isBinary && self.bytes != 0 && self.bytes.isMultiple(of: $0.bytes) } ?? Self.units[0]
        return "\(self.bytes / unit.bytes)\(unit.name)"
    }

    /// Ascending within each family; IEC 80000-13 names for powers of 1024, SI names for powers of 1000.
    private static let units: [(name: String, bytes: Int, isBinary: Bool)] = [
        ("B", 1, true), ("KiB", 1 << 10, true), ("MiB", 1 << 20, true), ("GiB", 1 << 30, true), ("TiB", 1 << 40, true),
        ("kB", 1_000, false), ("MB", 1_000_000, false), ("GB", 1_000_000_000, false), ("TB", 1_000_000_000_000, false),
    ]
}
