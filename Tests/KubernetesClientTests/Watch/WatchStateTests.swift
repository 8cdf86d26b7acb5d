@testable internal import MaaSCore
internal import Testing

@testable internal import KubernetesClient

struct WatchStateTests {
    func bookmark(_ version: String) -> WatchEvent { .bookmark(resourceVersion: version) }

    @Test func aListIsFollowedByWatches() {
        var state = WatchState()
        #expect(state.step == .list)
        state.listed(at: "10")
        #expect(state.step == .watch(from: "10"))
        state.received(.modified(["metadata": ["resourceVersion": "11"]]))
        #expect(state.step == .watch(from: "11"))
        state.received(self.bookmark("20"))
        #expect(state.step == .watch(from: "20"))
        #expect(state.ended(after: .milliseconds(1)) == .zero)
        #expect(state.step == .watch(from: "20"))
    }

    @Test func anObjectWithoutAVersionKeepsTheKnownOne() {
        var state = WatchState()
        state.listed(at: "10")
        state.received(.deleted([:]))
        #expect(state.step == .watch(from: "10"))
    }

    @Test func anExpiredVersionRelists() {
        var state = WatchState()
        state.listed(at: "10")
        #expect(state.failed(KubernetesError(.expired, "too old")) > .zero)
        #expect(state.step == .list)
    }

    @Test(arguments: [KubernetesError.Code.unavailable, .tooManyRequests, .unauthorized])
    func otherFaultsKeepTheVersion(code: KubernetesError.Code) {
        var state = WatchState()
        state.listed(at: "10")
        #expect(state.failed(KubernetesError(code, "")) > .zero)
        #expect(state.step == .watch(from: "10"))
    }

    @Test func delaysGrowAndRetryAfterIsRespected() {
        var state = WatchState()
        let first = state.failed(KubernetesError(.unavailable, ""))
        for _ in 0..<10 { _ = state.failed(KubernetesError(.unavailable, "")) }
        let later = state.failed(KubernetesError(.unavailable, ""))
        #expect(first <= .milliseconds(800))
        #expect(later >= .seconds(5) && later <= .seconds(10))
        #expect(state.failed(KubernetesError(.tooManyRequests, "", retryAfter: .seconds(60))) == .seconds(60))
    }

    /// What an API server does that begins anew: nobody answers, then it forbids everything, then it asks for a moment,
    /// then it does not know the version that it has just said itself.
    @Test func aServerThatAnswersIsRetriedSoon() {
        var state = WatchState()
        state.listed(at: "10")
        for _ in 0..<10 { _ = state.failed(KubernetesError(.unavailable, "")) }
        let forbidden = state.failed(KubernetesError(.forbidden, "roles are not read yet"))
        #expect(forbidden <= .milliseconds(800))
        let busy = state.failed(KubernetesError(.tooManyRequests, "", retryAfter: .seconds(1)))
        #expect(busy == .seconds(1))
        state.listed(at: "1042")
        let expired = state.failed(KubernetesError(.expired, "too old resource version: 1042 (1044)"))
        #expect(expired <= .milliseconds(800))
    }

    @Test func refusalsBackOff() {
        var state = WatchState()
        var delay = Duration.zero
        for _ in 0..<10 { delay = state.failed(KubernetesError(.forbidden, "no permission")) }
        #expect(delay >= .seconds(5) && delay <= .seconds(10))
    }

    @Test func immediateExpiriesBackOff() {
        var state = WatchState()
        var delay = Duration.zero
        for _ in 0..<10 {
            state.listed(at: "10")
            delay = state.failed(KubernetesError(.expired, "too old"))
        }
        #expect(delay >= .seconds(5))
        state.listed(at: "11")
        state.received(self.bookmark("12"))
        #expect(state.failed(KubernetesError(.expired, "too old")) <= .milliseconds(800))
    }

    @Test(arguments: ["9223372036854775807", "3000000000"])
    func retryAfterIsCapped(seconds: String) throws {
        let status = try JSONValue(parsing: Array(#"{"details": {"retryAfterSeconds": \#(seconds)}}"#.utf8))
        for error in [
            KubernetesError(HTTPResponse(status: 429, headers: ["Retry-After": seconds], body: [])),
            KubernetesError(status: status, code: 429),
        ] {
            var state = WatchState()
            let delay = state.failed(error)
            #expect(delay == KubernetesError.longestRetryAfter)
            #expect(delay.wholeMilliseconds > 0)
        }
    }

    @Test func emptyShortWatchesDoNotSpin() {
        var state = WatchState()
        state.listed(at: "10")
        #expect(state.ended(after: .milliseconds(10)) > .zero)
        #expect(state.ended(after: .seconds(300)) == .zero)
    }
}
