@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Pictures by the other ways than a form.
extension GatewayTests {
    private func submit(_ image: JSONValue, to gateway: GatewayScope) async throws -> GatewayScope.Answer {
        var task = Self.task
        task["image"] = image
        return try await gateway.send(.post, "/v1/tasks", json: task)
    }

    private func storedPicture(of answer: GatewayScope.Answer, _ gateway: GatewayScope) async throws -> [UInt8] {
        #expect(answer.status == 202)
        let id = try #require(answer.json["task_id"]?.string)
        let image = try await gateway.send(.get, "/v1/tasks/\(id)/image", headers: ["Accept": "application/json"])
        return try await gateway.fetch(try #require(image.json["url"]?.string)).bytes
    }

    @Test func aPictureMayBeADataURL() async throws {
        try await GatewayScope.run { gateway in
            let text = Base64.standard.encode(Self.picture)
            let answer = try await self.submit(.string("data:text/plain;base64,\(text)"), to: gateway)
            let stored = try await self.storedPicture(of: answer, gateway)
            #expect(stored == Self.picture)
            for bad in ["data:image/png,abc", "data:image/png;base64,a?c=", "data:image/png;base64,R0lGODlh"] {
                let refused = try await self.submit(.string(bad), to: gateway)
                #expect(refused.status == 422)
                #expect(refused.faults == ["image"])
            }
        }
    }

    /// By its header: what it will be when it is decoded. The product of the last one's sides is beyond 64 bits.
    @Test func aPicturesPixelsAndShapeAreLimited() async throws {
        try await GatewayScope.run { gateway in
            let sizes: [(width: UInt32, height: UInt32, status: Int)] = [
                (8_000, 5_000, 202), (8_000, 5_001, 422), (16_383, 164, 202), (16_384, 164, 422), (164, 16_384, 422),
                (100, 1, 202), (101, 1, 422), (1, 101, 422),
                (UInt32(Int32.max), UInt32(Int32.max), 422), (.max, .max, 422),
            ]
            for (width, height, status) in sizes {
                var picture = Self.picture
                for (place, side) in [(16, width), (20, height)] {
                    withUnsafeBytes(of: side.bigEndian) { picture.replaceSubrange(place..<place + 4, with: $0) }
                }
                let answer = try await gateway.sendForm(Self.task.text, picture: picture)
                #expect(answer.status == status, "\(width) x \(height)")
                #expect(answer.faults == (status == 422 ? ["image"] : []))
            }
        }
    }

    @Test func aPictureMayBeUploadedInAdvance() async throws {
        try await GatewayScope.run { gateway in
            let upload = try await gateway.openUpload(of: Self.picture.count)
            #expect(upload.status == 201)
            #expect(upload.json["headers"] == ["Content-Length": .string("\(Self.picture.count)")])
            let id = try #require(upload.json["upload_id"]?.string)
            let early = try await self.submit(["upload_id": .string(id)], to: gateway)
            #expect(early.faults == ["image"])
            try await gateway.put(Self.picture, at: try #require(upload.json["url"]?.string))
            let answer = try await self.submit(["upload_id": .string(id)], to: gateway)
            let stored = try await self.storedPicture(of: answer, gateway)
            #expect(stored == Self.picture)
        }
    }

    @Test("A large picture is read in parts, also for many tasks at once, and copied whole")
    func largeUpload() async throws {
        try await GatewayScope.run { gateway in
            let picture = Self.picture + (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 / 997) }
            let upload = try await gateway.openUpload(of: picture.count)
            try await gateway.put(picture, at: try #require(upload.json["url"]?.string))
            var body = Self.task
            body["image"] = ["upload_id": upload.json["upload_id"] ?? .null]
            let answers = try await gateway.submitTogether(4, body)
            #expect(answers.count == 4)
            for answer in answers { #expect(try await self.storedPicture(of: answer, gateway) == picture) }
        }
    }

    /// As after a crash between the picture and the row.
    @Test func aPictureWhoseTaskWasNotCreatedIsRemoved() async throws {
        try await GatewayScope.run { gateway in
            let answer = try await gateway.sendForm(Self.task.text, picture: Self.picture)
            let lost = TaskID.make()
            let key = "inputs/\(lost)/image"
            try await gateway.store.schedulePictureRemoval(key, of: lost)
            try await gateway.objects.put(key, Self.picture, contentType: "image/png")
            let id = try #require(answer.json["task_id"]?.string)
            let ids = PostgresValue.textArray(["picture_\(id)", "picture_\(lost)"])
            #expect(try await gateway.count("SELECT count(*) FROM removals WHERE id = ANY(\(ids))") == 2)
            try await gateway.execute("UPDATE removals SET writable_until = now() WHERE id = ANY(\(ids))")
            try await gateway.sweepObjects()
            #expect(try await gateway.count("SELECT count(*) FROM removals WHERE id = ANY(\(ids))") == 0)
            #expect(try await gateway.objects.head(key) == nil)
            #expect(try await self.storedPicture(of: answer, gateway) == Self.picture)
        }
    }

    @Test func pendingUploadsAreLimited() async throws {
        try await GatewayScope.run { gateway in
            let first = try await gateway.openUpload(of: Self.picture.count)
            for _ in 0..<99 { #expect(try await gateway.openUpload(of: 1).status == 201) }
            let over = try await gateway.openUpload(of: 1)
            #expect(over.status == 429 && over.json["code"] == "too_many_uploads")
            #expect(over.headers["retry-after"] == "60")
            try await gateway.put(Self.picture, at: try #require(first.json["url"]?.string))
            let used = try await self.submit(["upload_id": first.json["upload_id"] ?? .null], to: gateway)
            #expect(used.status == 202)
            let room = try await gateway.openUpload(of: 1)
            #expect(room.status == 201)
            try await gateway.execute("UPDATE uploads SET used_at = now() WHERE user_id = \(gateway.user)")
            try await gateway.execute(
                """
                INSERT INTO uploads (id, user_id, expires_at, used_at)
                SELECT \(gateway.user) || n, \(gateway.user), now() + interval '1 h', now() FROM generate_series(1, 899) AS n
                """
            )
            let full = try await gateway.openUpload(of: 1)
            #expect(full.status == 429)
        }
    }

    @Test func aPictureMayBeThatOfAnEarlierTask() async throws {
        try await GatewayScope.run { gateway in
            let first = try await gateway.sendForm(Self.task.text, picture: Self.picture)
            let id = try #require(first.json["task_id"]?.string)
            let again = try await self.submit(["task_id": .string(id)], to: gateway)
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            let deleted = try await gateway.send(.delete, "/v1/tasks/\(id)")
            #expect(deleted.status == 204)
            // It is a copy: the earlier task may go.
            let stored = try await self.storedPicture(of: again, gateway)
            #expect(stored == Self.picture)
            let gone = try await self.submit(["task_id": .string(id)], to: gateway)
            #expect(gone.json["detail"] == "image: names a task that does not exist")
        }
    }

    @Test func theEarlierTaskIsTheUsersOwnAndHasAPicture() async throws {
        try await GatewayScope.run { gateway in
            let other = APIKey.make()
            _ = try await gateway.store.createKey(user: gateway.user + "-other", name: "test", hash: other.hash)
            let first = try await gateway.sendForm(Self.task.text, picture: Self.picture)
            var task = Self.task
            task["image"] = ["task_id": first.json["task_id"] ?? .null]
            let stolen = try await gateway.send(.post, "/v1/tasks", json: task, key: other)
            let unknown = try await self.submit(["task_id": .string("\(TaskID.make())")], to: gateway)
            #expect(stolen.status == 422)
            #expect(stolen.faults == ["image"])
            #expect(stolen.json["errors"] == unknown.json["errors"])
            let bare = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            let without = try await self.submit(["task_id": bare.json["task_id"] ?? .null], to: gateway)
            #expect(without.json["detail"] == "image: names a task that came without a picture")
            for wrong in [["task_id": 7], ["task_id": "a", "upload_id": "b"], ["task": "a"]] as [JSONValue] {
                let refused = try await self.submit(wrong, to: gateway)
                #expect(refused.faults == ["image"])
            }
        }
    }

    /// The store holds to what was named, so that nobody can fill it with what no task would take.
    @Test func anUploadHasTheSizeThatWasNamed() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.imageLimit = ByteCount(1_000) }) { gateway in
            let bad: [JSONValue] = [
                [:], ["size": 0], ["size": -1], ["size": 1_001], ["size": "10"], ["size": 1.5], ["size": .null],
                ["size": .integer(.max)], ["size": .number(1e300)], ["size": [1]],
            ]
            for body in bad {
                let refused = try await gateway.send(.post, "/v1/uploads", json: body)
                #expect(refused.status == 422 && refused.faults == ["size"], "\(body.text)")
                #expect(refused.json["detail"] == "size: must be the file's size in bytes, from 1 to 1000")
            }
            let unknown = try await gateway.send(.post, "/v1/uploads", json: ["size": 1, "sizes": 1])
            #expect(unknown.faults == ["sizes"])
            let none = try await gateway.send(.post, "/v1/uploads")
            #expect(none.status == 400)
            let largest = try await gateway.openUpload(of: 1_000)
            let url = try #require(largest.json["url"]?.string)
            let picture = Self.picture + [UInt8](repeating: 0, count: 1_000 - Self.picture.count)
            for other in [Self.picture, picture + [0]] {
                let refused = try await gateway.send(.put, other, to: url)
                #expect(refused == 403, "\(other.count) bytes")
            }
            try await gateway.put(picture, at: url)
            let task = try await self.submit(["upload_id": largest.json["upload_id"] ?? .null], to: gateway)
            #expect(task.status == 202)
        }
    }

    /// The last guard, where a store does not hold to it.
    @Test func whatIsTooLargeIsNotTakenWhereverItCameFrom() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.imageLimit = ByteCount(1_000) }) { gateway in
            let upload = try await gateway.openUpload(of: 1_000)
            let id = try #require(upload.json["upload_id"]?.string)
            let bytes = [UInt8](repeating: 0, count: 1_001)
            try await gateway.objects.put("uploads/\(id)", bytes, contentType: "image/png")
            let refused = try await self.submit(["upload_id": .string(id)], to: gateway)
            #expect(refused.json["detail"] == "image: may have 1000B at most")
        }
    }

    @Test func picturesAreFetchedFromAllowedHosts() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            let server = "http://127.0.0.1:\(port)"
            let allowed = [IPNetwork("127.0.0.1")].compactMap { $0 }
            try await GatewayScope.run(configure: { $0.outbound.allowedNetworks = allowed }) { gateway in
                let direct = try await self.submit(.string("\(server)/picture"), to: gateway)
                let stored = try await self.storedPicture(of: direct, gateway)
                #expect(stored == Self.picture)
                let encoded = PercentEncoding.encode("\(server)/picture")
                let led = try await self.submit(.string("\(server)/elsewhere/\(encoded)"), to: gateway)
                #expect(led.status == 202)
                for path in ["status/404", "echo", "truncate", "garbage", "elsewhere/ftp:%2F%2Fa", "elsewhere/"] {
                    let refused = try await self.submit(.string("\(server)/\(path)"), to: gateway)
                    #expect(refused.status == 422, "\(path)")
                    #expect(refused.faults == ["image"])
                }
            }
        }
    }

    @Test func fetchingIsBoundedInSizeTimeAndRedirects() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            let server = "http://127.0.0.1:\(port)"
            try await GatewayScope.run(configure: {
                $0.outbound.allowedNetworks = [IPNetwork("127.0.0.1")].compactMap { $0 }
                $0.apiGateway.imageLimit = .kibibytes(64)
                $0.apiGateway.imageFetchTimeout = .seconds(5)
            }) { gateway in
                let large = try await self.submit(.string("\(server)/bytes/65537"), to: gateway)
                #expect(large.json["detail"] == "image: may have 64KiB at most")
                let slow = try await self.submit(.string("\(server)/stall"), to: gateway)
                #expect(slow.json["detail"] == "image: did not arrive within 5s")
                var address = "\(server)/picture"
                for _ in 0..<4 { address = "\(server)/elsewhere/\(PercentEncoding.encode(address))" }
                let winding = try await self.submit(.string(address), to: gateway)
                #expect(winding.json["detail"]?.string?.contains("redirects more than 3 times") == true)
            }
        }
    }

    private static let unreachable =
        "image: could not be fetched: there is no such server at a public address, or it does not answer"

    /// Nor do the words tell whether there is something at a private address, or whether a name has one.
    @Test func noHostResolvesToAPrivateAddress() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await GatewayScope.run { gateway in
                let hosts = [
                    "there-is-none.invalid", "127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "127.1",
                    "[::1]",
                    "[::ffff:127.0.0.1]", "169.254.169.254",
                ]
                for host in hosts {
                    let answer = try await self.submit(.string("http://\(host):\(port)/picture"), to: gateway)
                    #expect(answer.json["detail"] == .string(Self.unreachable), "\(host)")
                }
                for url in [
                    "file:///etc/passwd", "gopher://a/", "http://u:p@example.com/a.png", "ftp://a/b", "//a", "",
                ] {
                    let refused = try await self.submit(.string(url), to: gateway)
                    #expect(refused.faults == ["image"])
                }
            }
        }
    }

    @Test func noRedirectLeadsToAPrivateAddress() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            let allowed = [IPNetwork("127.0.0.1")].compactMap { $0 }
            try await GatewayScope.run(configure: { $0.outbound.allowedNetworks = allowed }) { gateway in
                let target = PercentEncoding.encode("http://127.0.0.2:\(port)/picture")
                let led = try await self.submit(.string("http://127.0.0.1:\(port)/elsewhere/\(target)"), to: gateway)
                #expect(led.json["detail"] == .string(Self.unreachable))
            }
        }
    }

    @Test func anImageInAnotherFormIsAFault() async throws {
        try await GatewayScope.run { gateway in
            for image in [1, ["upload_id": 1], ["upload_id": "a", "url": "b"], []] as [JSONValue] {
                let answer = try await self.submit(image, to: gateway)
                #expect(answer.faults == ["image"])
            }
        }
    }
}
