@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// What one user may take of what is everybody's.
extension GatewayTests {
    @Test func tooManyWaitingTasksAreRefused() async throws {
        try await GatewayScope.run { gateway in
            for _ in 0..<5 { _ = try await self.submit(gateway) }
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 429)
            #expect(answer.json["code"] == "too_many_waiting")
            #expect(answer.headers["retry-after"] == "10")
        }
    }

    @Test func thoseWhoComeTogetherCannotPassTheLimit() async throws {
        try await GatewayScope.run { gateway in
            let answers = try await gateway.submitTogether(20, Self.task)
            #expect(answers.count { $0.status == 202 } == 5)
            #expect(answers.count { $0.status == 429 } == 15)
        }
    }

    @Test func aUserMayHaveALimitOfTheirOwn() async throws {
        try await GatewayScope.run { gateway in
            let isSet = try await gateway.store.setUserLimits(UserLimits(maximumQueuedTasks: 1), of: gateway.user)
            #expect(isSet)
            _ = try await self.submit(gateway)
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 429)
            #expect(answer.json["detail"]?.string?.hasPrefix("1 of your tasks") == true)
        }
    }

    @Test func aFullSystemSaysWhenToComeBack() async throws {
        try await GatewayScope.run(configure: { $0.queueLimit = 1 }) { gateway in
            let statuses = try await gateway.submitTogether(2, Self.task).map(\.status)
            #expect(statuses.contains(503))
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 503)
            #expect(answer.json["code"] == "queue_full")
            #expect(answer.headers["retry-after"] == "30")
        }
    }
}
