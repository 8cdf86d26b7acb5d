internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Database clock", .enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
@LoopActor
struct ClockTests {
    @Test("It advances, and is the clock of the rows")
    func forward() async throws {
        try await ScratchSchema.withTaskStore { store in
            let first = try await store.currentTime()
            let key = try await store.createKey(user: "ada", name: "", hash: SHA256.digest(of: "key"))
            let second = try await store.currentTime()
            #expect(key.created >= first && second >= key.created)
        }
    }
}
