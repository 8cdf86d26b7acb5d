import Testing

@testable import Simulator

/// A failing seed is looked at with `make simulate FIRST=<seed> TRACE=1`.
@Suite("The deterministic simulation")
struct SimulationTests {
    @Test("No seed breaks a rule", arguments: 0..<8)
    func holds(block: UInt64) {
        // Known of the core as it is: a beginning without an answer gives its GPUs away, a plan that Kubernetes did not
        // follow is not made anew, and an adopted attempt is not looked for in S3. Goes with their mending.
        withKnownIssue(isIntermittent: true) {
            for seed in (block * 250 + 1)...(block * 250 + 250) {
                #expect(Self.violation(of: seed) == nil, "seed \(seed)")
            }
        }
    }

    @Test("A seed replays exactly")
    func replays() {
        for seed in 1...100 as ClosedRange<UInt64> {
            let digests = (0..<2).map { _ in
                let world = World(Scenario(seed: seed))
                world.run()
                return world.digest
            }
            #expect(digests[0] == digests[1], "seed \(seed)")
        }
    }

    /// It must be able to fail: a fault that is put into the shell is found, by a rule that it breaks.
    @Test(
        "Faults put in on purpose are found",
        arguments: [
            (Mutation.unfencedWrites, [Violation.Rule.staleWrite]),
            (.releasesAtJobEnd, [.oversubscribed]),
            (.terminatingIsEnded, [.oversubscribed]),
            (.namesJobsByEpoch, [.twoLiveJobs, .neverEnded]),
            (.takesTimeoutsForRefusals, [.twoLiveJobs, .wrongEnd]),
            (.neverSweeps, [.neverEnded]),
            (.postsBeforeIntent, [.neverEnded, .jobLeftBehind, .twoLiveJobs]),
            (.endsLeftoversUnasked, [.wantedJobEnded]),
            (.forgetsRunningRows, [.neverEnded]),
        ]
    )
    func finds(mutation: Mutation, rules: [Violation.Rule]) {
        // Two that lead at once and see each other's jobs are rare: the seeds begin near some that have them.
        let isFound = (2200...3200 as ClosedRange<UInt64>).contains { seed in
            Self.violation(of: seed, with: mutation).map { rules.contains($0.rule) } ?? false
        }
        #expect(isFound)
    }

    private static func violation(of seed: UInt64, with mutation: Mutation? = nil) -> Violation? {
        let world = World(Scenario(seed: seed), mutation: mutation)
        world.run()
        return world.violation
    }
}
