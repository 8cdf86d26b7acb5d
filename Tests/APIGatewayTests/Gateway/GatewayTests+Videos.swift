@testable internal import APIGateway
internal import MaaSCore
internal import Testing

/// What OpenAI's client may send beyond the plain journey, which the client itself tries.
extension GatewayTests {
    /// What a remix would not change must not be dropped without a word.
    @Test func aRemixChangesThePromptOnly() async throws {
        try await GatewayScope.run { gateway in
            let path = "/v1/videos/video_\(try await self.submit(gateway))/remix"
            let more = try await gateway.send(.post, path, json: ["prompt": "a", "seconds": "4", "size": "640x640"])
            #expect(more.faults == ["seconds", "size"])
            let none = try await gateway.send(.post, path, json: ["model": "demo"])
            #expect(none.faults == ["model", "prompt"])
            let noObject = try await gateway.send(.post, path, json: ["prompt"])
            #expect(noObject.status == 400)
            let remix = try await gateway.send(.post, path, json: ["prompt": "a"])
            #expect(remix.status == 200)
        }
    }

    @Test func aFieldThatIsNotUTF8IsRefused() async throws {
        try await GatewayScope.run { gateway in
            var body = Array("--XX\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na ".utf8)
            body += [0xC3, 0x28] + Array("\r\n--XX--\r\n".utf8)
            let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
            let answer = try await gateway.send(.post, "/v1/videos", headers: headers, body: body)
            #expect(answer.faults == ["prompt"])
        }
    }

    /// The values of other JSON would take a hundred times its size.
    @Test func onlyShortNumbersAreParsedInAForm() async throws {
        try await GatewayScope.run { gateway in
            let long = "2." + String(repeating: "0", count: 100)
            let list = "[" + String(repeating: "{},", count: 100_000) + "{}]"
            var body = ""
            for (name, value) in [("model", "demo"), ("prompt", "a"), ("steps", long), ("frames", list)] {
                body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            }
            body += "--XX--\r\n"
            let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
            let answer = try await gateway.send(.post, "/v1/videos", headers: headers, body: Array(body.utf8))
            #expect(answer.status == 422 && Set(answer.faults) == ["steps", "frames"], "\(answer.json)")
        }
    }

    /// So newer versions write what is no text.
    @Test func bracketsInAFormMeanObjects() async throws {
        try await GatewayScope.run { gateway in
            let picture = "data:image/png;base64," + Base64.standard.encode(Self.picture)
            func create(_ fields: [(String, String)]) async throws -> GatewayScope.Answer {
                var body = ""
                for (name, value) in fields {
                    body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                }
                body += "--XX--\r\n"
                let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
                return try await gateway.send(.post, "/v1/videos", headers: headers, body: Array(body.utf8))
            }
            let plain = [("model", "demo"), ("prompt", "7"), ("seconds", "1"), ("steps", "2")]
            let made = try await create(plain + [("input_reference[image_url]", picture)])
            let id = try #require(made.json["id"]?.string).replacing("video_", with: "")
            let task = try await gateway.send(.get, "/v1/tasks/\(id)").json
            #expect(task["has_image"] == true)
            // Each is of the template's type.
            #expect(task["parameters"]?["prompt"] == "7")
            #expect(task["parameters"]?["steps"] == 2 && task["parameters"]?["frames"] == 17)

            // Which of two is meant, nobody knows.
            #expect(try await create(plain + [("prompt", "8"), ("seconds", "2")]).faults == ["prompt", "seconds"])
            let clip = Array(plain.filter { $0.0 != "seconds" })
            for seconds in ["0", "-1", "nan", "soon", "17", "90000"] {
                #expect(try await create(clip + [("seconds", seconds)]).faults == ["seconds"], "\(seconds)")
            }

            let long = try await create(clip + [("seconds", "17")])
            #expect(long.json.text.contains("must be a number of seconds, more than 0 and 16 or less"))
            // The template's own parameter says the same otherwise.
            #expect(try await create(plain + [("frames", "33")]).faults == ["seconds"])

            #expect(try await create(plain + [("lora[name]", "x"), ("lora[weight]", "1")]).faults == ["lora"])
            #expect(try await create(plain + [("tags[]", "a"), ("tags[]", "b")]).faults == ["tags"])
            #expect(try await create(plain + [("input_reference[file_id]", "f")]).faults == ["input_reference"])
        }
    }
}
