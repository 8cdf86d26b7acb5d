internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// docs/scheduling.md promises to be complete.
@Suite("The page on scheduling")
struct SchedulingPageTests {
    @Test("It names every setting of its sections")
    func knobs() throws {
        let page = try Self.read("docs/scheduling.md")
        let keys = try Self.keys(in: ["scheduling", "dispatcher"])
        #expect(keys.count > 20)
        for key in keys { #expect(page.contains("`\(key)`"), "\(key)") }
    }

    @Test("It explains every reason", arguments: WaitingReason.allCases)
    func reasons(reason: WaitingReason) throws {
        #expect(try Self.read("docs/scheduling.md").contains("\n| `\(reason.rawValue)` | "))
    }

    /// Keys with a value, as `scheduling.capacity.gpus`.
    private static func keys(in sections: Set<String>) throws -> [String] {
        var path: [String] = []
        var keys: [String] = []
        for line in try Self.read("services.yaml").split(separator: "\n") {
            let indentation = line.prefix { $0 == " " }.count
            let text = line.dropFirst(indentation)
            guard !text.hasPrefix("#"), !text.hasPrefix("-"), let colon = text.firstIndex(of: ":") else { continue }
            path = path.prefix(indentation / 2) + [String(text[..<colon])]
            guard sections.contains(path[0]), path.count > 1 else { continue }
            // A key that has others below it is not a knob.
            let parent = path.dropLast().joined(separator: ".")
            keys.removeAll { $0 == parent }
            keys.append(path.joined(separator: "."))
        }
        return keys
    }

    private static func read(_ file: String) throws -> String {
        try String(contentsOfFile: "\(TestEnvironment.repository)/\(file)", encoding: .utf8)
    }
}
