internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Retried transfers", .timeLimit(.minutes(1)))
@LoopActor
struct TransferRetryTests {
    private let logger = Logger(service: "test", level: .error)

    @Test("A try is given the time that is left of all of them")
    func left() async throws {
        let retry = TransferRetry(limit: .seconds(100), logger: self.logger)
        var given: [Duration] = []
        await #expect(throws: TransferError.self) {
            try await retry.run { left throws(HTTPClientError) in
                given.append(left)
                throw HTTPClientError(given.count < 3 ? .timedOut : .invalidRequest, "no")
            }
        }
        #expect(given.count == 3)
        #expect(given == given.sorted(by: >))
        #expect(given.allSatisfy { (.zero ... .seconds(100)).contains($0) })
    }

    @Test("A store that sends a byte now and then does not hold a transfer up for ever")
    func trickle() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            let http = HTTPClient()
            defer { http.close() }
            let retry = TransferRetry(limit: .seconds(1), logger: self.logger)
            await #expect(throws: TransferError.self) {
                try await retry.run { left throws(HTTPClientError) in
                    let timeouts = HTTPTimeouts(total: left, stall: .seconds(30))
                    let url = "http://127.0.0.1:\(port)/trickle"
                    return try await http.send(HTTPRequest(.get, url, timeouts: timeouts))
                }
            }
        }
    }
}
