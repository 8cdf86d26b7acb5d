internal import Foundation
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Files over HTTP", .timeLimit(.minutes(1)))
struct StaticFilesTests {
    private func withFiles(_ body: (RawClient) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "maas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory.appending(path: "sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data("<html>".utf8).write(to: directory.appending(path: "index.html"))
        try Data("0123456789".utf8).write(to: directory.appending(path: "sub/digits.txt"))
        try Data("hidden".utf8).write(to: directory.appending(path: ".secret"))
        let files = StaticFiles(directory: directory.path)
        try await withWebServer { router in
            for path in ["/", "/{path...}"] {
                router.get(path) { try files.response(path: $0.parameters["path"]) }
            }
        } _: { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await body(client)
        }
    }

    private func get(
        _ path: String,
        _ headers: HTTPHeaders = [:],
        on client: RawClient,
        method: String = "GET"
    ) async throws -> RawClient.Response {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        try await client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
        return try await client.response(toHead: method == "HEAD")
    }

    @Test func theIndexIsServedAtTheRoot() async throws {
        try await self.withFiles { client in
            let response = try await self.get("/", on: client)
            #expect(response.text == "<html>")
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            #expect(response.headers["etag"] != nil)
        }
    }

    @Test func validatorsSaveTheTransfer() async throws {
        try await self.withFiles { client in
            let first = try await self.get("/sub/digits.txt", on: client)
            let tag = try #require(first.headers["etag"])
            let date = try #require(first.headers["last-modified"])
            let byTag = try await self.get("/sub/digits.txt", ["If-None-Match": tag], on: client)
            #expect(byTag.status == 304)
            let byDate = try await self.get("/sub/digits.txt", ["If-Modified-Since": date], on: client)
            #expect(byDate.status == 304)
            let changed = try await self.get("/sub/digits.txt", ["If-None-Match": "\"other\""], on: client)
            #expect(changed.text == "0123456789")
        }
    }

    @Test func rangesAreServed() async throws {
        try await self.withFiles { client in
            let part = try await self.get("/sub/digits.txt", ["Range": "bytes=2-4"], on: client)
            #expect(part.status == 206)
            #expect(part.text == "234")
            #expect(part.headers["content-range"] == "bytes 2-4/10")
            let beyond = try await self.get("/sub/digits.txt", ["Range": "bytes=10-"], on: client)
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */10")
            let stale = try await self.get("/sub/digits.txt", ["Range": "bytes=2-4", "If-Range": "\"x\""], on: client)
            #expect(stale.status == 200)
            let head = try await self.get("/sub/digits.txt", on: client, method: "HEAD")
            #expect(head.headers["content-length"] == "10")
        }
    }

    @Test(arguments: [
        "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.secret", "/sub/../.secret", "/sub", "/none", "/sub/",
    ])
    func nothingElseIsServed(_ path: String) async throws {
        try await self.withFiles { client in
            let response = try await self.get(path, on: client)
            #expect(response.status == 404)
        }
    }
}
