internal import Testing

@testable internal import MaaSControl

@Suite struct PostgresPipelineTests {
    private let refused = PostgresError(.refused, "no", sqlState: "23505")
    private let lost = PostgresError(.connectionLost, "gone")

    /// What becomes of each request, by its name.
    private func answers(
        to requests: [(String, PostgresPipeline<String>.Kind)],
        after events: [PostgresPipelineEvent]
    ) -> [String] {
        var pipeline = PostgresPipeline<String>()
        for (name, kind) in requests { pipeline.append(name, kind) }
        return events.compactMap { pipeline.receive($0) }.map(Self.text)
    }

    private static func text(_ answer: PostgresPipeline<String>.Answer) -> String {
        let outcome =
            switch answer.outcome {
            case .success(let table): table.commandTag
            case .failure(let error): error.message
            }
        let preparation = answer.preparation.map { " \($0.name):\($0.isDone)" } ?? ""
        return "\(answer.request)=\(outcome)\(preparation)"
    }

    private func done(_ tag: String) -> PostgresPipelineEvent { .finished(PostgresTable(commandTag: tag)) }

    @Test func requestsAreAnsweredInOrderAtTheirSyncPoints() {
        let answers = self.answers(
            to: [("a", .statement), ("b", .statement)],
            after: [self.done("A"), .ended, .synced, self.done("B"), .ended, .synced]
        )
        #expect(answers == ["a=A", "b=B"])
    }

    @Test func aFailureStaysWithItsRequest() {
        let answers = self.answers(
            to: [("a", .statement), ("b", .statement)],
            after: [.failed(self.refused), .ended, .synced, self.done("B"), .ended, .synced]
        )
        #expect(answers == ["a=no", "b=B"])
    }

    @Test func aFailureAtTheSyncPointOverridesASuccess() {
        let answers = self.answers(
            to: [("a", .statement)],
            after: [self.done("A"), .ended, .failed(self.refused), .synced]
        )
        #expect(answers == ["a=no"])
    }

    @Test func aPreparationIsNotTheAnswer() {
        let answers = self.answers(
            to: [("a", .preparation(name: "s1"))],
            after: [self.done("PREPARE"), .ended, self.done("A"), .ended, .synced]
        )
        #expect(answers == ["a=A s1:true"])
    }

    @Test func aFailedPreparationSkipsItsStatement() {
        let answers = self.answers(
            to: [("a", .preparation(name: "s1"))],
            after: [.failed(self.refused), .ended, .skipped, .ended, .synced]
        )
        #expect(answers == ["a=no s1:false"])
    }

    @Test func aFailedStatementIsStillPrepared() {
        let answers = self.answers(
            to: [("a", .preparation(name: "s1"))],
            after: [self.done(""), .ended, .failed(self.refused), .ended, .synced]
        )
        #expect(answers == ["a=no s1:true"])
    }

    @Test func aScriptEndsWithItsResultsAndItsFirstFailureCounts() {
        #expect(self.answers(to: [("s", .script)], after: [self.done("A"), self.done("B"), .ended]) == ["s=B"])
        #expect(self.answers(to: [("s", .script)], after: [self.done("A"), .failed(self.refused), .ended]) == ["s=no"])
    }

    @Test func aLostConnectionFailsEverythingInFlight() {
        var pipeline = PostgresPipeline<String>()
        for name in ["a", "b"] { pipeline.append(name, .statement) }
        _ = pipeline.receive(self.done("A"))  // Not yet synced: it may not have been committed.
        #expect(pipeline.lose(self.lost).map(Self.text) == ["a=gone", "b=gone"])
        #expect(pipeline.isEmpty)
    }

    @Test func theServersLastErrorIsKept() {
        var pipeline = PostgresPipeline<String>()
        for name in ["a", "b"] { pipeline.append(name, .statement) }
        _ = pipeline.receive(.failed(PostgresError(.connectionLost, "shutting down", sqlState: "57P01")))
        #expect(pipeline.lose(self.lost).map(Self.text) == ["a=shutting down", "b=gone"])
    }
}
