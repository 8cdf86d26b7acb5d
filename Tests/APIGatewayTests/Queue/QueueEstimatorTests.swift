@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@LoopActor
@Suite("Queue estimator", .enabled(if: GatewayScope.isPossible), .timeLimit(.minutes(1)))
struct QueueEstimatorTests {
    /// Also those that join a read that another one began decide by what it has read.
    @Test func everySubmissionDecidesByTheReadItWaitedFor() async throws {
        try await ScratchSchema.withTaskStore { store in
            var configuration = MaaSConfiguration.APIGateway()
            configuration.waitingLimit = 2
            for _ in 0..<2 {
                try await store.submit(
                    NewTask(id: .make(), user: "ada", template: "demo", parameters: [:], priority: .normal)
                )
            }
            for _ in 0..<5 {
                let queue = QueueEstimator(store: store, configuration: configuration, classes: PriorityClasses())
                let refused = try await concurrently(20) { _ in
                    try await queue.refresh(for: "ada")
                    if case .userIsFull = queue.admit(.normal, user: "ada") { return true }
                    return false
                }
                #expect(refused.allSatisfy { $0 })
            }
        }
    }
}
