internal import MaaSCore

/// Decides when a delivery is retried, and when an endpoint is disabled. Pure.
///
/// The delays are those of the specification's example (Standard Webhooks, "Retry schedule"): ten attempts in three
/// days.
package struct WebhookSchedule: Sendable, Hashable {
    /// The decision after an attempt.
    package struct Verdict: Sendable, Hashable {
        /// The delay before the next attempt; nil when the delivery is finished.
        package var delay: Duration?
        /// How long nothing else is delivered to an overloaded endpoint.
        package var pause: Duration?
        /// Why the endpoint is to be disabled; nil if it is not.
        package var disabling: String?

        package init(delay: Duration? = nil, pause: Duration? = nil, disabling: String? = nil) {
            self.delay = delay
            self.pause = pause
            self.disabling = disabling
        }
    }

    /// An endpoint is disabled when deliveries to it have failed for this long.
    package var disableAfter: Duration

    /// The delays before the second attempt, the third, and so on.
    package static let delays: [Duration] = [
        .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20), .hours(24),
    ]
    /// The largest fraction added to a delay, so that retries are spread.
    package static let jitter = 0.1
    private static let longestWait = Duration.hours(24)
    private static let longestPause = Duration.minutes(5)

    package init(disableAfter: Duration) { self.disableAfter = disableAfter }

    /// - Parameters:
    ///   - attempts: attempts made, including this one.
    ///   - failingFor: how long the endpoint has been failing; nil when it was not before this attempt.
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
            // By the specification, these mean that the receiver is overloaded.
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
