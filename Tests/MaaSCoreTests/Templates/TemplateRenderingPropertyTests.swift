internal import MaaSTesting
internal import Testing

@testable internal import MaaSCore

/// Renders thousands of hostile prompts: each comes out as it went in, and none changes the structure.
@Suite("Template rendering with arbitrary text")
struct TemplateRenderingPropertyTests {
    @Test("a prompt passes through the API server and the kubelet unchanged", arguments: 0..<8)
    func anyPrompt(seed: UInt64) throws {
        let template = try TemplateFixture.template()
        let shape = self.structure(of: try self.render(template, "p"))
        var generator = SplitMix64(state: seed)
        for round in 0..<500 {
            let prompt = HostileText.make(using: &generator)
            let object = try self.render(template, prompt)
            #expect(self.structure(of: object) == shape, "round \(round): \(prompt.debugDescription)")
            try self.expectPrompt(prompt, in: object)
            guard round.isMultiple(of: 25) else { continue }
            // And so it does as JSON, in which it is sent.
            #expect(try JSONValue(parsing: object.encoded()) == object)
        }
    }

    @Test("5,000 characters of YAML are an ordinary prompt")
    func longYAML() throws {
        let template = try TemplateFixture.template()
        var prompt = ""
        while prompt.unicodeScalars.count < 4_990 { prompt += TemplateFixture.job.prefix(4_990 - prompt.count) }
        prompt += "\n---\n- $(A"
        _ = try template.validate(["prompt": .string(prompt)])
        try self.expectPrompt(prompt, in: try self.render(template, prompt))
    }

    @Test("NUL is rejected on arrival, and harmless if it gets further")
    func nul() throws {
        let template = try TemplateFixture.template()
        let error = try #require(throws: ParameterFaults.self) { try template.validate(["prompt": "a\0b"]) }
        #expect(error.faults == [ParameterFault(path: "prompt", message: "must not contain a NUL character")])
        try self.expectPrompt("a\0b", in: try self.render(template, "a\0b"))
    }

    private func render(_ template: Template, _ prompt: String) throws -> JSONValue {
        var parameters = try template.validate(["prompt": "p", "seed": 1, "motto": "m"])
        parameters["prompt"] = .string(prompt)
        parameters["motto"] = .string(prompt)
        return try template.render(TemplateFixture.input(parameters)).object
    }

    private func expectPrompt(_ prompt: String, in object: JSONValue) throws {
        #expect(object["metadata"]?["annotations"]?["note"]?.string == prompt)
        #expect(object["metadata"]?["annotations"]?["price"]?.string == "5$ for \(prompt)")
        for role in ["Master", "Worker"] {
            let pod = object["spec"]?["pytorchReplicaSpecs"]?[role]?["template"]?["spec"]
            let container = try #require(pod?["containers"]?[0])
            let kubelet = Kubelet(environment: ["HOME": "/root", "PROMPT": "leaked", "A": "leaked"])
            #expect(kubelet.expand(container["command"]?[1]) == "--say=\(prompt)")
            #expect(kubelet.expand(container["args"]?[2]) == prompt)
            #expect(kubelet.expand(container["args"]?[4]) == "/root/\(prompt)")
            #expect(kubelet.expand(container["env"]?[0]?["value"]) == prompt)
            #expect(kubelet.expand(container["env"]?[1]?["value"]) == prompt)
            #expect(kubelet.expand(container["env"]?[2]?["value"]) == "a \(prompt) $ \(prompt) b")
            #expect(kubelet.expand(container["env"]?[3]?["value"]) == "first\n\(prompt)\n")
        }
    }

    /// The value with all texts made equal.
    private func structure(of value: JSONValue) -> JSONValue {
        switch value {
        case .string: "text"
        case .array(let elements): .array(elements.map(self.structure(of:)))
        case .object(let members): .object(members.mapValues(self.structure(of:)))
        default: value
        }
    }
}

/// The kubelet's expansion, written from its documentation: `$(NAME)` of a known variable is its value, of an unknown
/// one stays; `$$` is a dollar sign; any other dollar sign is one, too.
private struct Kubelet {
    let environment: [String: String]

    func expand(_ value: JSONValue?) -> String? {
        guard let scalars = value?.string?.unicodeScalars else { return nil }
        var result = String.UnicodeScalarView()
        var rest = scalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                result.append(scalar)
                continue
            }
            if rest.first == "$" {
                rest.removeFirst()
                result.append("$")
            } else if rest.first == "(", let close = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<close])
                result.append(contentsOf: (self.environment[name] ?? "$(\(name))").unicodeScalars)
                rest = rest[rest.index(after: close)...]
            } else {
                result.append("$")
            }
        }
        return String(result)
    }
}

private enum HostileText {
    private static let pieces = [
        "{{", "}}", "{{ prompt }}", "{{ event_token }}", "---", "\n---\n", "...", "!!str ", "!!python/object:x",
        "&anchor ",
        "*alias", "<<: *b", "$(HOME)", "$(PROMPT)", "$$", "$", "$(", ")", "${A}", "\"", "'", "`", "\\", "\n", "\r\n",
        "\t",
        " ", ": ", "- ", "# ", "|", ">", "%", "@", "?", "[", "]", "{", "}", ",", "null", "true", "0x1F", "1e3", "~",
        "=",
        "a", "猫", "é", "e\u{301}", "🎬", "👩‍👩‍👧", "\u{FEFF}", "\u{85}", "\u{2028}", "\u{7F}", "\u{1}", "\u{FFFF}",
        "\u{10FFFF}",
        "replicas: 99", "\nspec:\n  x: 1",
    ]

    static func make(using generator: inout SplitMix64) -> String {
        let count = Int.random(in: 0...24, using: &generator)
        return (0..<count).map { _ in Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)] }.joined()
    }
}
