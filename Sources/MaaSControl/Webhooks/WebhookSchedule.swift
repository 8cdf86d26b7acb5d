internal import MaaSCore

/// When a delivery is tried again, and when an endpoint is given up. Pure: facts in, a verdict out.
///
/// The delays are those of the specification's example (Standard Webhooks, "Retry schedule"): ten tries in three days.
package struct WebhookSchedule: Sendable, Hashable {
    /// What follows from a try.
    package struct Verdict: Sendable, Hashable {
        /// Until the next try; nil: the delivery is over.
        package var delay: Duration?
        /// For so long nothing else is delivered to the endpoint: it has too much to do.
        package var pause: Duration?
        /// Why the endpoint is to be disabled.
        package var disabling: String?

        package init(delay: Duration? = nil, pause: Duration? = nil, disabling: String? = nil) {
            self.delay = delay
            self.pause = pause
            self.disabling = disabling
        }
    }

    /// An endpoint is disabled when nothing could be delivered to it for so long.
    package var disableAfter: Duration

    /// Before the second try, the third, and so on.
    package static let delays: [Duration] = [
        .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20), .hours(24),
    ]
    /// Delays are longer by this part of themselves at most, so that what failed together does not come back together.
    package static let jitter = 0.1
    private static let longestWait = Duration.hours(24)
    private static let longestPause = Duration.minutes(5)

    package init(disableAfter: Duration) { self.disableAfter = disableAfter }

    /// - Parameters:
    ///   - attempts: tries made, this one included.
    ///   - failingFor: for how long the endpoint has failed; nil when it did not before this try.
    ///   - random: from 0 to 1.
    package func verdict(
        on outcome: WebhookOutcome,
        attempts: Int,
        failingFor: Duration?,
        random: Double
    ) -> Verdict {
        if outcome.isSuccess { return Verdict() }
        if outcome.status == 410 { return Verdict(disabling: "it answered 410 Gone") }
        var verdict = Verdict()
        if attempts <= Self.delays.count {
            let delay = Self.delays[max(0, attempts - 1)] * (1 + Self.jitter * random)
            let wait = max(delay, min(outcome.retryAfter ?? .zero, Self.longestWait))
            verdict.delay = wait
            // The specification's words: these mean that the receiver has too much to do.
            if let status = outcome.status, [429, 502, 503, 504].contains(status) {
                verdict.pause = min(wait, Self.longestPause)
            }
        }
        if let failingFor, failingFor >= self.disableAfter {
            verdict.disabling = "nothing could be delivered to it for \(self.disableAfter.text)"
        }
        return verdict
    }
}
