internal import MaaSControl
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher
@testable internal import MaaSCore

@LoopActor
@Suite("Events of the dispatcher", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct EventPublisherTests {
    @Test("A failing stream delays no other, and gets its events in order once it recovers")
    func brokenStream() async throws {
        try await DispatcherScope.with { scope in
            var configuration = scope.configuration.events
            configuration.shards = 4
            let shards = EventShards(configuration)
            let tasks = (0..<32).map { _ in TaskID.make() }
            let broken = shards.stream(of: tasks[0])
            _ = try await scope.redis.send("SET", broken, "no stream")
            let publisher = EventPublisher(
                redis: scope.redis,
                configuration: configuration,
                epoch: 1,
                logger: Logger(service: "test", level: .error)
            )
            for task in tasks {
                publisher.publish(.state(.running, failure: nil), task: task, attempt: 1)
                publisher.publish(.state(.completed, failure: nil), task: task, attempt: 1)
            }
            for stream in shards.names where stream != broken {
                let expected = tasks.filter { shards.stream(of: $0) == stream }
                #expect(try await Self.events(of: expected, on: stream, scope) == expected.flatMap { [$0, $0] })
            }
            _ = try await scope.redis.send("DEL", broken)
            let late = tasks.filter { shards.stream(of: $0) == broken }
            #expect(try await Self.events(of: late, on: broken, scope) == late.flatMap { [$0, $0] })
            publisher.close()
            for stream in shards.names { _ = try await scope.redis.send("DEL", stream) }
        }
    }

    /// Whose events are on a stream, once there are as many as these tasks have.
    private static func events(
        of tasks: [TaskID],
        on stream: String,
        _ scope: DispatcherScope
    ) async throws -> [TaskID] {
        var found: [TaskID] = []
        var cursor = RedisStreamID.zero
        while found.count < 2 * tasks.count {
            try Task.checkCancellation()
            let entries = try await scope.redis.readStreams([stream], after: [cursor], count: 100, block: .seconds(1))
            for entry in entries[stream] ?? [] {
                cursor = entry.id
                found.append(try TaskEvent(fields: entry.fields).task)
            }
        }
        return found
    }
}
