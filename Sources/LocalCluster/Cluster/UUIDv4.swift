internal import FoundationEssentials

/// Random identifiers for `metadata.uid`.
enum UUIDv4 {
    static func make() -> String { UUID().uuidString.lowercased() }
}
