@testable internal import APIGateway
internal import MaaSCore
internal import Testing

/// What DashScope's client may send beyond the plain journey, which the client itself tries.
extension GatewayTests {
    private func synthesize(
        _ body: JSONValue,
        by service: String = "video-generation",
        to gateway: GatewayScope
    ) async throws -> GatewayScope.Answer {
        try await gateway.send(
            .post,
            "/api/v1/services/aigc/\(service)/video-synthesis",
            json: body,
            headers: ["X-DashScope-Async": "enable"]
        )
    }

    private func row(of answer: GatewayScope.Answer, _ gateway: GatewayScope) async throws -> JSONValue {
        let id = try #require(answer.json["output"]?["task_id"]?.string)
        return try await gateway.send(.get, "/v1/tasks/\(id)").json
    }

    /// A model with kf2v in its name has an address of its own.
    @Test func bothAddressesOfTheServiceMakeAVideo() async throws {
        try await GatewayScope.run { gateway in
            let body: JSONValue = ["model": "demo", "input": ["prompt": "a"]]
            for service in ["video-generation", "image2video"] {
                let answer = try await self.synthesize(body, by: service, to: gateway)
                #expect(answer.status == 200 && answer.json["output"]?["task_status"] == "PENDING", "\(service)")
            }
        }
    }

    @Test(
        arguments: [
            ("720P", "9:16", "720x1280"), ("720P", nil, "1280x720"), ("480p", "16:9", "832x480"),
            ("640P", nil, "640x640"), (nil, "1:1", "640x640"), (nil, "16:9", "832x480"),
        ] as [(String?, String?, String)]
    )
    func aResolutionIsOneOfTheSizes(_ resolution: String?, _ ratio: String?, _ size: String) async throws {
        try await GatewayScope.run { gateway in
            var parameters: JSONValue = [:]
            if let resolution { parameters["resolution"] = .string(resolution) }
            if let ratio { parameters["ratio"] = .string(ratio) }
            let body: JSONValue = ["model": "demo", "input": ["prompt": "a"], "parameters": parameters]
            let task = try await self.row(of: try await self.synthesize(body, to: gateway), gateway)
            #expect(task["parameters"]?["size"] == .string(size))
        }
    }

    @Test("A resolution or a ratio that no size of the model meets is refused, and says which sizes there are")
    func sizesThatAModelLacks() async throws {
        try await GatewayScope.run { gateway in
            let wanted: [(JSONValue, String)] = [
                (["resolution": "1080P"], "parameters.resolution"), (["resolution": 720], "parameters.resolution"),
                (["resolution": "720P", "ratio": "4:3"], "parameters.resolution"),
                (["ratio": "21:9"], "parameters.ratio"), (["ratio": "wide"], "parameters.ratio"),
            ]
            for (parameters, field) in wanted {
                let body: JSONValue = ["model": "demo", "input": ["prompt": "a"], "parameters": parameters]
                let answer = try await self.synthesize(body, to: gateway)
                #expect(answer.faults == [field], "\(parameters)")
            }
        }
    }

    @Test("What would make another video is refused, and what the client sends by itself is not")
    func membersThatAModelLacks() async throws {
        try await GatewayScope.run { gateway in
            let fine: [(JSONValue, JSONValue)] = [
                (["extend_prompt": true, "function": "video-synthesis"], ["prompt_extend": true, "watermark": false]),
                ([:], ["size": "1280*720", "resolution": "720P", "ratio": "16:9"]),
                (["steps": 2], ["steps": 2]),
            ]
            for (members, parameters) in fine {
                var input = members
                input["prompt"] = "a"
                let body: JSONValue = ["model": "demo", "input": input, "parameters": parameters]
                let answer = try await self.synthesize(body, to: gateway)
                #expect(answer.status == 200, "\(answer.json)")
            }
            let wrong: [(JSONValue, JSONValue, [String])] = [
                (["template": "gufeng"], [:], ["input.template"]), (["function": "repaint"], [:], ["input.function"]),
                ([:], ["watermark": true], ["parameters.watermark"]),
                ([:], ["size": "1280*720", "resolution": "480P"], ["parameters.resolution"]),
                ([:], ["size": "1280*720", "resolution": 720], ["parameters.resolution"]),
                ([:], ["size": "1280*720", "ratio": "9:16"], ["parameters.ratio"]),
                (["steps": 2], ["steps": 3], ["input.steps"]),
            ]
            for (members, parameters, faults) in wrong {
                var input = members
                input["prompt"] = "a"
                let body: JSONValue = ["model": "demo", "input": input, "parameters": parameters]
                let answer = try await self.synthesize(body, to: gateway)
                #expect(answer.faults == faults, "\(answer.json)")
            }
        }
    }

    @Test func everyNameOfThePictureIsKnownAndOtherMediaAreRejected() async throws {
        try await GatewayScope.run { gateway in
            let picture = JSONValue.string("data:image/png;base64," + Base64.standard.encode(Self.picture))
            let first: JSONValue = ["type": "first_frame", "url": picture]
            let last: JSONValue = ["type": "last_frame", "url": picture]
            let inputs: [JSONValue] = [
                ["img_url": picture], ["first_frame_url": picture], ["head_frame": picture], ["media": [first]],
            ]
            for var input in inputs {
                input["prompt"] = "a"
                let answer = try await self.synthesize(["model": "demo", "input": input], to: gateway)
                #expect(try await self.row(of: answer, gateway)["has_image"] == true, "\(input.text.prefix(40))")
            }
            let wrong: [(JSONValue, String)] = [
                (["img_url": [picture]], "input.img_url"),
                (["img_url": picture, "head_frame": picture], "input.head_frame"),
                (["media": [last]], "input.media"), (["media": [first, last]], "input.media"),
                (["media": []], "input.media"), (["last_frame_url": picture], "input.last_frame_url"),
            ]
            for (members, field) in wrong {
                var input = members
                input["prompt"] = "a"
                #expect(try await self.synthesize(["model": "demo", "input": input], to: gateway).faults == [field])
            }
        }
    }

    /// The grant forbids to overwrite, as Alibaba's does.
    @Test func aGrantIsForOneFile() async throws {
        try await GatewayScope.run { gateway in
            let grant = try await gateway.send(.get, "/api/v1/uploads?action=getPolicy").json["data"]
            #expect(grant?["x_oss_forbid_overwrite"] == "true")
            let id = try #require(grant?["upload_dir"]?.string)
            func send(_ picture: [UInt8]) async throws -> Int {
                var body: [UInt8] = []
                let part = "--XX\r\nContent-Disposition: form-data; name="
                for (name, value) in [("policy", grant?["policy"]), ("Signature", grant?["signature"])] {
                    body += "\(part)\"\(name)\"\r\n\r\n\(value?.string ?? "")\r\n".utf8
                }
                body += "\(part)\"file\"; filename=\"a\"\r\n\r\n".utf8
                body += picture + Array("\r\n--XX--\r\n".utf8)
                let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
                return try await gateway.send(.post, "/api/v1/uploads/\(id)", headers: headers, body: body).status
            }
            let first = try await send(Self.picture)
            #expect(first == 200)
            let second = try await send(Array("another".utf8))
            #expect(second == 409)
            let body: JSONValue = ["model": "demo", "input": ["prompt": "a", "img_url": .string("oss://\(id)/a.png")]]
            let task = try await self.synthesize(body, to: gateway)
            #expect(task.status == 200)
        }
    }

    /// The client would take a 429 for the result.
    @Test func aPollAboveTheRateLimitIsRepeatedByTheClient() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.keyRequests = 1 }) { gateway in
            _ = try await gateway.send(.get, "/v1/templates")
            let poll = try await gateway.send(.get, "/api/v1/tasks/00000000000000000000000000")
            #expect(poll.status == 503 && poll.json["code"] == "Throttling")
            #expect((poll.headers["retry-after"].flatMap { Int($0) } ?? 0) > 0)
            let list = try await gateway.send(.get, "/api/v1/tasks")
            #expect(list.status == 429 && list.json["code"] == "Throttling")
        }
    }

    @Test(arguments: [("https", "https"), ("https, http", "https"), ("HTTP,https", "http"), ("javascript", "http")])
    func anUploadGoesBackByTheSchemeOfTheClient(_ header: String, _ scheme: String) async throws {
        try await GatewayScope.run { gateway in
            let path = "/api/v1/uploads?action=getPolicy"
            let grant = try await gateway.send(.get, path, headers: ["X-Forwarded-Proto": header])
            let host = try #require(grant.json["data"]?["upload_host"]?.string)
            #expect(host.hasPrefix("\(scheme)://127.0.0.1:"))
        }
    }

    @Test func theListIsFilteredByTime() async throws {
        try await GatewayScope.run { gateway in
            _ = try await self.submit(gateway)
            func total(_ query: String) async throws -> JSONValue? {
                try await gateway.send(.get, "/api/v1/tasks?\(query)").json["total"]
            }
            #expect(try await total("start_time=20200101000000&end_time=21000101000000") == 1)
            #expect(try await total("end_time=20200101000000") == 0)
            let wrong = try await gateway.send(.get, "/api/v1/tasks?start_time=yesterday&page_size=0&status=LOST")
            #expect(Set(wrong.faults) == ["start_time", "page_size", "status"])
        }
    }
}
