internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite(.timeLimit(.minutes(1)))
@LoopActor
struct HTTPStreamTests {
    @Test func bytesArriveBeforeTheAnswerIsComplete() async throws {
        try await withHTTPServer { client, url in
            var status: Int?
            var pieces: [String] = []
            // The server sends a piece only after the one before it was answered from inside the handler.
            let response = try await client.stream(HTTPRequest(.get, url + "/pieces/5")) {
                status = $0.status
            } onBytes: { bytes in
                pieces.append(String(decoding: bytes, as: UTF8.self))
                LoopActor.immediate { _ = try? await client.send(HTTPRequest(.get, url + "/next")) }
            }
            #expect(status == 200)
            #expect(pieces == (0..<5).map { "piece 0\($0)" })
            #expect(response.body.isEmpty)
        }
    }

    @Test func otherAnswersAreReturnedWhole() async throws {
        try await withHTTPServer { client, url in
            let response = try await client.stream(HTTPRequest(.get, url + "/status/410")) { _ in
                Issue.record("an error is no stream")
            } onBytes: { _ in
                Issue.record("an error is no stream")
            }
            #expect(response.status == 410)
            #expect(response.body == Array("status 410".utf8))
        }
    }

    @Test func aHandlerMayStopTheTransfer() async throws {
        try await withHTTPServer { client, url in
            await #expect(throws: HTTPClientError(.invalidResponse, "enough")) {
                try await client.stream(HTTPRequest(.get, url + "/pieces/5")) { _ throws(HTTPClientError) in
                    throw HTTPClientError(.invalidResponse, "enough")
                }
            }
        }
    }

    @Test func aHandlerMayCloseTheClient() async throws {
        try await withHTTPServer { client, url in
            let code = await failure {
                try await client.stream(HTTPRequest(.get, url + "/pieces/5")) { _ in client.close() }
            }
            #expect(code == .closed)
        }
    }

    @Test func filesGoUpAndComeDown() async throws {
        try await SupportProgram.withDirectory { directory in
            try await withHTTPServer { client, url in
                let length = 20_000_000
                let path = directory + "/file"
                var progress: [HTTPProgress] = []
                let down = try await client.download(HTTPRequest(.get, url + "/bytes/\(length)"), to: path) {
                    progress.append($0)
                }
                #expect(down.status == 200)
                #expect(progress.last == HTTPProgress(completed: Int64(length), total: Int64(length)))
                #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.completed < $1.completed })

                progress = []
                let up = try await client.upload(HTTPRequest(.put, url + "/echo"), from: path) { progress.append($0) }
                let echo = try JSONValue(parsing: up.body)
                let expected = (0..<length).map { UInt8($0 % 251) }
                #expect(echo["length"] == .integer(Int64(length)))
                #expect(echo["sha256"]?.string == Hexadecimal.encode(SHA256.digest(of: expected)))
                #expect(progress.last == HTTPProgress(completed: Int64(length), total: Int64(length)))
                #expect(progress.count > 10)
            }
        }
    }

    @Test(arguments: ["/truncate", "/slam", "/status/404"])
    func aFailedDownloadLeavesNothing(path: String) async throws {
        try await SupportProgram.withDirectory { directory in
            try await withHTTPServer { client, url in
                _ = try? await client.download(HTTPRequest(.get, url + path), to: directory + "/file")
                // `rmdir` succeeds only on an empty directory.
                let child = try ChildProcess.spawn(.init("rmdir", [directory]))
                #expect(await child.waitForExit() == .exited(0))
            }
        }
    }

    @Test func missingFiles() async throws {
        let client = HTTPClient()
        defer { client.close() }
        let request = HTTPRequest(.put, "http://127.0.0.1:1/")
        for path in ["/nowhere/file", "/tmp"] {
            #expect(await failure { try await client.upload(request, from: path) } == .file)
        }
        #expect(await failure { try await client.download(request, to: "/nowhere/file") } == .file)
    }
}
