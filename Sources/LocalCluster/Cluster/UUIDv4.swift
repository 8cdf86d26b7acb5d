internal import FoundationEssentials

/// Random identifiers as `metadata.uid` has them.
enum UUIDv4 {
    static func make() -> String { UUID().uuidString.lowercased() }
}
