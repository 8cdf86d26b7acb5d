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
