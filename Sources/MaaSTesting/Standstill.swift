internal import MaaSCore

/// Measures the longest time that the loop was blocked while `body` ran.
@LoopActor
package func longestStandstill(_ body: @LoopActor () async throws -> Void) async rethrows -> Duration {
    var last = ContinuousClock.now
    var longest = Duration.zero
    let look = {
        let now = ContinuousClock.now
        longest = max(longest, now - last)
        last = now
    }
    let timer = LoopTimer { look() }
    timer.start(after: .milliseconds(10), repeating: .milliseconds(10))
    defer { timer.close() }
    try await body()
    look()
    return longest
}

/// The same in the first of at most three runs of `body` in which it is less than `limit`: a machine that stands still
/// also blocks a loop that nothing else does.
@LoopActor
package func longestStandstill(
    below limit: Duration,
    _ body: @LoopActor () async throws -> Void
) async rethrows -> Duration {
    var longest = Duration.zero
    for _ in 0..<3 {
        longest = try await longestStandstill(body)
        if longest < limit { break }
    }
    return longest
}
