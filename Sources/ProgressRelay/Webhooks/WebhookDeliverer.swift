internal import MaaSControl
internal import MaaSCore

/// Delivers the webhooks that are due in the database. Any number of relays do so concurrently: taking a delivery
/// leases its endpoint, and when a relay dies another takes over after the lease expires.
@LoopActor
final class WebhookDeliverer: Service {
    nonisolated let name = "webhooks"
    private let store: TaskStore
    private let sender: WebhookSender
    private let settings: MaaSConfiguration.Webhooks
    private let schedule: WebhookSchedule
    private let metrics: WebhookMetrics
    private let logger: Logger

    private var slots: DeliverySlots
    private var timer: LoopTimer?
    private var polling: Task<Void, Never>?
    private var isPolling = false
    private var pollsAgain = false
    private var deliveries: [Int: Task<Void, Never>] = [:]
    private var deliveryCount = 0
    private var isStopping = false

    /// Added to the delivery timeout for the lease, for recording the outcome.
    private static let grace = Duration.seconds(15)

    init(
        store: TaskStore,
        sender: WebhookSender,
        settings: MaaSConfiguration.Webhooks,
        metrics: WebhookMetrics,
        logger: Logger
    ) {
        self.store = store
        self.sender = sender
        self.settings = settings
        self.schedule = WebhookSchedule(disableAfter: settings.disableAfter)
        self.metrics = metrics
        self.slots = DeliverySlots(limit: settings.concurrency, userLimit: settings.userConcurrency)
        self.logger = logger
    }

    func start() async throws {
        let timer = LoopTimer { [unowned self] in self.poll() }
        self.timer = timer
        timer.start(after: .zero, repeating: self.settings.pollInterval)
    }

    /// Waits for the deliveries under way, at most `webhooks.timeout`.
    func stop() async {
        self.isStopping = true
        self.timer?.close()
        await self.polling?.value
        for delivery in self.deliveries.values { await delivery.value }
    }

    /// Polls for due deliveries; a call during a poll makes it run once more.
    private func poll() {
        guard !self.isStopping else { return }
        guard !self.isPolling else {
            self.pollsAgain = true
            return
        }
        self.isPolling = true
        self.polling = LoopActor.immediate {
            await self.take()
            self.isPolling = false
            if self.pollsAgain {
                self.pollsAgain = false
                self.poll()
            }
        }
    }

    private func take() async {
        guard self.slots.free > 0 else { return }
        do {
            let assignments = try await self.store.takeWebhookDeliveries(
                limit: self.slots.free,
                userLimit: self.slots.userLimit,
                underway: self.slots.underway,
                lifetime: self.settings.timeout + Self.grace
            )
            for assignment in assignments { self.begin(assignment) }
        } catch {
            self.logger.warning("cannot fetch the webhooks due for delivery", [.error: "\(error)"])
        }
    }

    private func begin(_ assignment: WebhookAssignment) {
        let number = self.deliveryCount
        self.deliveryCount += 1
        self.slots.take(assignment.endpoint.user)
        self.deliveries[number] = LoopActor.immediate {
            await self.deliver(assignment)
            self.deliveries[number] = nil
            self.slots.giveBack(assignment.endpoint.user)
            // A slot is free now, and the endpoint may have more waiting.
            self.poll()
        }
    }

    private func deliver(_ assignment: WebhookAssignment) async {
        let (endpoint, delivery) = (assignment.endpoint, assignment.delivery)
        let outcome = await self.sender.send(delivery.event, to: endpoint)
        self.metrics.count(outcome)
        let verdict = self.schedule.verdict(
            on: outcome,
            attempts: delivery.attempts + 1,
            failingFor: endpoint.failingSince.map { Timestamp.now() - $0 },
            random: .random(in: 0...1)
        )
        await self.record(outcome, verdict, of: assignment)
        self.logger.debug(
            "webhook sent",
            [.delivery: delivery.id, .task: delivery.event.task, .status: "\(outcome.status ?? 0)"]
        )
        if let reason = verdict.disabling {
            self.logger.info("a webhook endpoint was disabled", [.endpoint: endpoint.id, .reason: reason])
        }
    }

    /// Tries for as long as nobody else may take the endpoint, because what is not recorded is delivered again:
    /// somebody who ends many of the user's tasks locks the endpoint for longer than the store waits. Repeating is
    /// harmless, as the lease is named.
    private func record(
        _ outcome: WebhookOutcome,
        _ verdict: WebhookSchedule.Verdict,
        of assignment: WebhookAssignment
    ) async {
        let delivery = assignment.delivery.id
        let end = LoopClock().now + Self.grace
        var backoff = Backoff(maximum: .seconds(1))
        var mayBeRecorded = false
        while true {
            do {
                let isRecorded = try await self.store.record(outcome, verdict, of: assignment)
                if !isRecorded, !mayBeRecorded {
                    self.logger.warning("a webhook was delivered late", [.delivery: delivery])
                }
                return
            } catch let error as PostgresError
                where (error.isRetryable || error.isOutcomeUnknown) && !self.isStopping && LoopClock().now < end
            {
                if error.isOutcomeUnknown { mayBeRecorded = true }
                try? await LoopClock().sleep(for: backoff.next())
            } catch {
                // The lease will expire and the delivery be repeated; the receiver recognizes it by its id.
                self.logger.warning("cannot record a webhook delivery", [.delivery: delivery, .error: "\(error)"])
                return
            }
        }
    }
}
