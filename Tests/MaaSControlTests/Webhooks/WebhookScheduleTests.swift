internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

struct WebhookScheduleTests {
    private let schedule = WebhookSchedule(disableAfter: .hours(120))

    private func verdict(
        _ outcome: WebhookOutcome,
        attempts: Int = 1,
        failingFor: Duration? = nil,
        random: Double = 0
    ) -> WebhookSchedule.Verdict {
        self.schedule.verdict(on: outcome, attempts: attempts, failingFor: failingFor, random: random)
    }

    @Test func onlyStatus2xxIsASuccess() {
        for status in [200, 204, 299] { #expect(self.verdict(WebhookOutcome(status: status)) == .init()) }
        for status in [100, 301, 302, 400, 404, 500] {
            #expect(self.verdict(WebhookOutcome(status: status)).delay == .seconds(5), "\(status)")
        }
        #expect(self.verdict(WebhookOutcome(error: "no answer")).delay == .seconds(5))
    }

    @Test func thereAreTenTriesInThreeDays() {
        let failure = WebhookOutcome(status: 500)
        var delays: [Duration] = []
        while let delay = self.verdict(failure, attempts: delays.count + 1).delay { delays.append(delay) }
        // As docs/webhooks.md has them.
        let late = [2, 5, 10, 14, 20, 24].map { Duration.hours($0) }
        #expect(delays == [.seconds(5), .minutes(5), .minutes(30)] + late)
    }

    @Test func jitterAddsAtMostATenth() {
        let failure = WebhookOutcome(status: 500)
        #expect(self.verdict(failure, attempts: 2, random: 1).delay == .seconds(330))
        #expect(self.verdict(failure, attempts: 2, random: 0).delay == .minutes(5))
    }

    @Test func anOverloadedReceiverIsPaused() {
        let asked = WebhookOutcome(status: 429, retryAfter: .seconds(60))
        #expect(self.verdict(asked) == .init(delay: .seconds(60), pause: .seconds(60)))
        for status in [429, 502, 503, 504] {
            #expect(self.verdict(WebhookOutcome(status: status)) == .init(delay: .seconds(5), pause: .seconds(5)))
            let later = self.verdict(WebhookOutcome(status: status), attempts: 4)
            #expect(later == .init(delay: .hours(2), pause: .minutes(5)), "\(status)")
        }
        // Not for ever, whatever it asks for; nor are the other deliveries held back for long.
        let long = WebhookOutcome(status: 503, retryAfter: .hours(1000))
        #expect(self.verdict(long) == .init(delay: .hours(24), pause: .minutes(5)))
        // What it asks for does not make it sooner.
        let short = WebhookOutcome(status: 500, retryAfter: .seconds(1))
        #expect(self.verdict(short, attempts: 2) == .init(delay: .minutes(5)))
    }

    @Test func anEndpointIsDisabledAfter410OrDaysOfFailures() {
        #expect(self.verdict(WebhookOutcome(status: 410)) == .init(disabling: "it answered 410 Gone"))
        let failure = WebhookOutcome(status: 500)
        #expect(self.verdict(failure, failingFor: .hours(119)).disabling == nil)
        #expect(self.verdict(failure, failingFor: .hours(120)).disabling == "nothing could be delivered to it for 5d")
        #expect(self.verdict(WebhookOutcome(status: 200), failingFor: .hours(200)) == .init())
    }
}
