internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Preview upload", .timeLimit(.minutes(1)))
@LoopActor
struct PreviewUploadTests {
    @Test("At most one picture in five seconds is uploaded, the latest")
    func rate() async throws {
        try await SupportProgram.withDirectory { directory in
            try await SupportProgram.withServer("http-server.py") { port in
                let url = "http://127.0.0.1:\(port)/keep/preview"
                let environment = ReporterEnvironment(
                    variables: ["MAAS_PREVIEW_URL": url, "MAAS_WORK_DIR": directory]
                )
                let (stored, continuation) = AsyncStream.makeStream(of: Void.self)
                var count = 0
                let made = PreviewUpload(ReporterContext(environment)) {
                    count += 1
                    continuation.yield()
                }
                let upload = try #require(made)
                defer { upload.close() }
                var next = stored.makeAsyncIterator()
                Self.leave("1.png", age: 60, in: upload.directory)
                upload.tick(at: .zero)
                await next.next()
                // The end of the upload, which is this turn's.
                try await LoopClock().sleep(for: .milliseconds(1))
                for second in 1...4 {
                    Self.leave("\(second + 1).png", age: 50 - second, in: upload.directory)
                    upload.tick(at: .seconds(second))
                }
                upload.tick(at: .milliseconds(4999))
                upload.tick(at: .seconds(5))
                await next.next()
                #expect(count == 2)
                let http = HTTPClient()
                defer { http.close() }
                let kept = try await http.send(HTTPRequest(.get, url))
                #expect(String(decoding: kept.body, as: UTF8.self) == "image/png 5.png")
            }
        }
    }

    /// A picture whose content is its name, written `age` seconds ago.
    private static func leave(_ name: String, age: Int, in folder: String) {
        let path = "\(folder)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        _ = write(descriptor, name, name.utf8.count)
        var times = [timespec(tv_sec: time(nil) - age, tv_nsec: 0), timespec(tv_sec: time(nil) - age, tv_nsec: 0)]
        futimens(descriptor, &times)
        close(descriptor)
    }
}
