internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.timeLimit(.minutes(1)))
struct QueryTurnsTests {
    @Test func aTurnThatComesTooLateIsRefusedAndBlocksNoOther() async throws {
        let turns = QueryTurns(1, patience: .milliseconds(500))
        let (hasBegun, mayEnd) = (Signal(), Signal())
        let first = Task { @LoopActor in
            try await turns.take { () async throws(PostgresError) in
                hasBegun.set()
                await mayEnd.wait()
            }
        }
        await hasBegun.wait()
        let second = Task { @LoopActor in try await turns.take { () async throws(PostgresError) in } }
        try await LoopClock().sleep(for: .milliseconds(600))
        mayEnd.set()
        try await first.value
        await #expect(throws: PostgresError.self) { try await second.value }
        let third = try await turns.take { () async throws(PostgresError) in 3 }
        #expect(third == 3)
    }
}
