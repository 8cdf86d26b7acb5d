internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct LeaseTests {
    private func acquire(_ holder: String, for lifetime: Duration = .seconds(60), in store: TaskStore) async throws
        -> Int?
    {
        try await store.acquireLease("work", holder: holder, lifetime: lifetime)
    }

    @Test func oneHolderAtATimeAndTheEpochOnlyGrows() async throws {
        try await ScratchSchema.withTaskStore { store in
            let epochs = try await concurrently(10) { n in try await self.acquire("h\(n)", in: store) }.compactMap {
                $0
            }
            #expect(epochs == [1])
        }
    }

    @Test func aRestartedHolderHasANewEpoch() async throws {
        try await ScratchSchema.withTaskStore { store in
            let epochs = [try await self.acquire("a", in: store), try await self.acquire("a", in: store)]
            #expect(epochs == [1, 2])
            #expect(try await store.renewLease("work", holder: "a", epoch: 1, lifetime: .seconds(60)) == false)
            #expect(try await store.renewLease("work", holder: "a", epoch: 2, lifetime: .seconds(60)))
        }
    }

    @Test func aStandbyDoesNotTouchAHeldLease() async throws {
        try await ScratchSchema.withTaskStore { store in
            #expect(try await self.acquire("a", in: store) == 1)
            try await store.pool.transaction { transaction in
                try await transaction.execute("SELECT FROM leases WHERE name = 'work' FOR UPDATE")
                #expect(try await self.acquire("b", in: store) == nil)
            }
        }
    }

    @Test func anExpiredOrReleasedLeaseIsFree() async throws {
        try await ScratchSchema.withTaskStore { store in
            #expect(try await self.acquire("a", for: .zero, in: store) == 1)
            #expect(try await self.acquire("b", in: store) == 2)
            #expect(try await self.acquire("c", in: store) == nil)
            try await store.releaseLease("work", holder: "a", epoch: 1)  // Lost already: no effect.
            #expect(try await self.acquire("c", in: store) == nil)
            try await store.releaseLease("work", holder: "b", epoch: 2)
            #expect(try await self.acquire("c", in: store) == 3)
        }
    }
}
