internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Against the S3 store of the test environment.
@Suite(.enabled(if: TestEnvironment.objectStore != nil), .timeLimit(.minutes(1)))
@LoopActor
struct ObjectStoreTests {
    /// The suite runs only where there is one.
    let configuration = TestEnvironment.objectStore ?? ObjectStore.Configuration()

    /// A store whose bucket is there.
    func withStore(_ body: @LoopActor (_ store: ObjectStore, _ client: HTTPClient) async throws -> Void) async throws {
        let client = HTTPClient()
        defer { client.close() }
        let store = try ObjectStore(configuration: self.configuration, client: client)
        try await store.createBucket()
        try await body(store, client)
    }

    func code(of body: @LoopActor () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test(arguments: ["plain", "a b+c/d&e=f?g#h%41", "猫/é 🎬.mp4", "~-._!'()*;:@$,"])
    func objectsSurviveARoundTrip(name: String) async throws {
        try await self.withStore { store, client in
            let key = "tests/objects/\(name)"
            let bytes = Array("content of \(name)".utf8)
            try await store.put(key, bytes, contentType: "text/plain")
            #expect(try await store.get(key, maximumSize: 1000) == bytes)
            #expect(try await store.head(key)?.size == Int64(bytes.count))
            let link = store.presignGet(key, lifetime: .seconds(60), fileName: "\"猫\".txt")
            #expect(try await client.send(HTTPRequest(.get, link)).body == bytes)
            try await store.delete(key)
            try await store.delete(key)
            #expect(try await store.head(key) == nil)
            #expect(await self.code { _ = try await store.get(key, maximumSize: 1000) } == .notFound)
        }
    }

    /// What is only taken for deleted, because the bucket is misspelt or its disk not mounted, would stay for ever.
    @Test func anObjectOfABucketThatIsNotThereIsNotTakenForDeleted() async throws {
        let client = HTTPClient()
        defer { client.close() }
        var configuration = self.configuration
        configuration.bucket = "no-such-bucket"
        let store = try ObjectStore(configuration: configuration, client: client)
        #expect(await self.code { try await store.delete("tests/key") } == .noBucket)
        #expect(await self.code { _ = try await store.get("tests/key", maximumSize: 1) } == .noBucket)
    }

    @Test func linksStore() async throws {
        try await self.withStore { store, client in
            let key = "tests/links/stored 1.bin"
            let bytes: [UInt8] = Array(0...255)
            let link = store.presignPut(key, lifetime: .seconds(60))
            #expect(try await client.send(HTTPRequest(.put, link, body: bytes)).isSuccess)
            #expect(try await store.get(key, maximumSize: 256) == bytes)
            // Reading is another signature than writing.
            #expect(try await client.send(HTTPRequest(.get, link)).status == 403)
            let typed = store.presignPut(key, lifetime: .seconds(60), contentType: "video/mp4")
            let headers: HTTPHeaders = ["Content-Type": "video/mp4"]
            #expect(try await client.send(HTTPRequest(.put, typed, headers: headers, body: bytes)).isSuccess)
            #expect(try await client.send(HTTPRequest(.put, typed, body: bytes)).status == 403)
            try await store.delete(key)
            let sized = store.presignPut(key, lifetime: .seconds(60), size: 256)
            for body in [bytes + [0], Array(bytes.dropLast()), []] {
                #expect(try await client.send(HTTPRequest(.put, sized, body: body)).status == 403, "\(body.count)")
            }
            #expect(try await store.head(key) == nil)
            #expect(try await client.send(HTTPRequest(.put, sized, body: bytes)).isSuccess)
            #expect(try await store.head(key)?.size == 256)
            try await store.delete(key)
        }
    }

    @Test func tamperedAndExpiredURLsAreRejected() async throws {
        try await self.withStore { store, client in
            try await store.put("tests/tamper/a", [1], contentType: "text/plain")
            try await store.put("tests/tamper/b", [2], contentType: "text/plain")
            let good = store.presignGet("tests/tamper/a", lifetime: .seconds(60))
            let past = Timestamp(milliseconds: Timestamp.now().milliseconds - 120_000)
            let bad = [
                good.replacing("tamper/a", with: "tamper/b"),
                good.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=600"),
                String(good.dropLast()) + (good.hasSuffix("0") ? "1" : "0"),
            ]
            #expect(try await client.send(HTTPRequest(.get, good)).status == 200)
            for link in bad { #expect(try await client.send(HTTPRequest(.get, link)).status == 403) }
            let late = store.presignGet("tests/tamper/a", lifetime: .seconds(60), at: past)
            let status = try await client.send(HTTPRequest(.get, late)).status
            #expect([400, 403].contains(status))  // rclone's answer, and AWS's.
        }
    }

    @Test func wrongKeysAreDenied() async throws {
        let client = HTTPClient()
        defer { client.close() }
        var configuration = self.configuration
        configuration.secretKey += "x"
        let store = try ObjectStore(configuration: configuration, client: client)
        #expect(await self.code { _ = try await store.get("a", maximumSize: 10) } == .denied)
        #expect(await self.code { try await store.put("a", [1], contentType: "text/plain") } == .denied)
    }

    @Test func filesOfManyMegabytes() async throws {
        try await SupportProgram.withDirectory { directory in
            try await self.withStore { store, _ in
                let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9) }
                try Data(bytes).write(to: URL(filePath: directory + "/up"))
                var sent: Int64 = 0
                var received: Int64 = 0
                let key = "tests/files/big"
                try await store.put(key, from: directory + "/up", contentType: "video/mp4") { sent = $0.completed }
                try await store.get(key, to: directory + "/down") { received = $0.completed }
                #expect(sent == 8_000_000)
                #expect(received == 8_000_000)
                let back = try [UInt8](Data(contentsOf: URL(filePath: directory + "/down")))
                #expect(SHA256.digest(of: back) == SHA256.digest(of: bytes))
                try await store.delete(key)
            }
        }
    }

    @Test func aLinkTellsWhatIsStored() async throws {
        try await self.withStore { store, client in
            let link = store.presignHead("tests/linked", lifetime: .seconds(60))
            #expect(try await client.send(HTTPRequest(.head, link)).status == 404)
            try await store.put("tests/linked", [1, 2, 3], contentType: "text/plain")
            #expect(try await client.send(HTTPRequest(.head, link)).headers["Content-Length"] == "3")
            #expect(try await client.send(HTTPRequest(.get, link)).status == 403)
            try await store.delete("tests/linked")
        }
    }

    @Test func usersGetLinksToThePublicEndpoint() throws {
        let client = HTTPClient()
        defer { client.close() }
        var configuration = self.configuration
        configuration.publicEndpoint = "https://videos.example.com/s3/"
        let store = try ObjectStore(configuration: configuration, client: client)
        let link = store.presignGet("k", lifetime: .seconds(60))
        #expect(link.hasPrefix("https://videos.example.com/s3/\(configuration.bucket)/k?"))
        #expect(store.presignPut("k", lifetime: .seconds(60)).hasPrefix(configuration.endpoint))
        configuration.endpoint = "not an address"
        #expect(throws: ObjectStoreError.self) { try ObjectStore(configuration: configuration, client: client) }
    }

    @Test func anUnreachableStoreIsRetriable() async throws {
        let client = HTTPClient()
        defer { client.close() }
        var configuration = self.configuration
        configuration.endpoint = "http://127.0.0.1:1"
        let store = try ObjectStore(configuration: configuration, client: client)
        #expect(await self.code { _ = try await store.head("k") } == .unavailable)
    }
}
