@testable internal import MaaSCore
internal import Testing

@Suite("Redis requests")
@LoopActor
struct RedisRequestTests {
    @Test("An outcome that arrives before its waiter is kept, and delivered once")
    func earlyOutcome() throws {
        let request = RedisRequest(try RedisCommands([["PING"]]), deadline: .now + .seconds(1))
        request.fail(RedisError(.cancelled, "early"))
        var codes: [RedisError.Code] = []
        request.whenFinished { if case .failure(let error) = $0 { codes.append(error.code) } }
        request.fail(RedisError(.timedOut, "late"))
        #expect(codes == [.cancelled])
    }
}
