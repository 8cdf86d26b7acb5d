@testable internal import APIGateway
internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// The page recognizes faults of fields by their wording, to say them in Chinese.
extension GatewayTests {
    private struct PageFault {
        let pattern: Regex<AnyRegexOutput>
        let key: String
    }

    /// The patterns of web/faults.js, in order.
    private static func pageFaults() throws -> [PageFault] {
        let source = try String(contentsOfFile: "\(TestEnvironment.repository)/web/faults.js", encoding: .utf8)
        return try source.matches(of: /\n    \[\/(.+)\/, "(fault\.\w+)"\],/).map { match in
            PageFault(pattern: try Regex(String(match.1)), key: String(match.2))
        }
    }

    /// The message about a task that has `members` instead of its own.
    private func fault(of members: JSONValue, by gateway: GatewayScope) async throws -> String {
        var task = Self.task
        for (name, value) in members.object ?? [:] { task[name] = value }
        return try Self.message(try await gateway.send(.post, "/v1/tasks", json: task))
    }

    private func fault(ofPicture picture: [UInt8], by gateway: GatewayScope) async throws -> String {
        try Self.message(try await gateway.sendForm(Self.task.text, picture: picture))
    }

    private static func message(_ answer: GatewayScope.Answer) throws -> String {
        #expect(answer.status == 422)
        return try #require(answer.json["errors"]?.array?.first?["message"]?.string)
    }

    @Test func thePageRecognizesEveryKindOfFaultOfATask() async throws {
        let known = try Self.pageFaults()
        let i2v = "wan2.2-i2v-a14b"
        let t2v = "wan2.2-t2v-a14b"
        var vast = Self.picture
        vast.replaceSubrange(16..<18, with: [1, 0])
        var narrow = Self.picture
        narrow.replaceSubrange(22..<24, with: [0, 7])
        // The head of an animated WebP of one pixel.
        let film: [UInt8] =
            Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let inline = "data:image/png;base64," + Base64.standard.encode([UInt8](repeating: 0, count: 2_000))
        let long = String(repeating: "a", count: 9_999)
        let gone: JSONValue = ["task_id": .string("\(TaskID.make())")]
        let cases: [(key: String, members: JSONValue)] = [
            ("fault.required", ["parameters": [:]]),
            ("fault.required", ["parameters": ["prompt": " "]]),
            ("fault.required", ["template": .string(i2v)]),
            ("fault.tooLarge", ["image": .string(inline)]),
            ("fault.pictureGone", ["image": gone]),
            ("fault.noPicture", ["template": .string(t2v), "image": "https://example.com/a.png"]),
            ("fault.value", ["parameters": ["prompt": "a", "size": "1x1"]]),
            ("fault.value", ["parameters": ["prompt": .string(long)]]),
        ]
        let pictures: [(key: String, picture: [UInt8])] = [
            ("fault.pictureType", Array("GIF89a".utf8)),
            ("fault.pictureAnimated", film),
            ("fault.pictureShape", narrow),
            ("fault.pixels", vast),
            ("fault.pictureTruncated", Array(Self.picture.dropLast(12))),
        ]
        try await GatewayScope.run(configure: { $0.apiGateway.inlineImageLimit = .kibibytes(1) }) { gateway in
            var messages: [(key: String, text: String)] = []
            for (key, members) in cases { messages.append((key, try await self.fault(of: members, by: gateway))) }
            for (key, picture) in pictures {
                messages.append((key, try await self.fault(ofPicture: picture, by: gateway)))
            }
            for (key, text) in messages {
                let first = known.first { text.firstMatch(of: $0.pattern) != nil }
                #expect(first?.key == key, "\(text)")
            }
            #expect(Set(known.map(\.key)) == Set(messages.map { $0.key }))
        }
    }
}
