internal import MaaSCore

/// Runs `body` `count` times concurrently, with the numbers from 0, and returns the results in order.
@LoopActor
package func concurrently<R: Sendable>(
    _ count: Int,
    _ body: @escaping @LoopActor (Int) async throws -> R
) async throws -> [R] {
    let tasks = (0..<count).map { number in Task { @LoopActor in try await body(number) } }
    var results: [R] = []
    for task in tasks { results.append(try await task.value) }
    return results
}
