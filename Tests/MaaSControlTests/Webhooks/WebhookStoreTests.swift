internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct WebhookStoreTests {
    func endpoint(
        of user: String = "ada",
        task: TaskID? = nil,
        _ types: [WebhookEventType] = WebhookEventType.allCases,
        in store: TaskStore
    ) async throws -> WebhookEndpoint {
        let endpoint = Self.newEndpoint(of: user, task: task, types)
        try await store.addWebhookEndpoint(endpoint)
        return endpoint
    }

    private static func newEndpoint(
        of user: String = "ada",
        task: TaskID? = nil,
        _ types: [WebhookEventType] = WebhookEventType.allCases
    ) -> WebhookEndpoint {
        WebhookEndpoint(
            id: WebhookEndpoint.makeID(),
            user: user,
            task: task,
            name: "mine",
            url: "https://example.com/hook",
            eventTypes: types.map(\.rawValue),
            secret: [1, 2, 3]
        )
    }

    @Test func concurrentCreationsCannotPassTheLimit() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.noteUser("ada")
            _ = try await self.endpoint(in: store)
            let added = try await concurrently(8) { _ in
                try await store.addWebhookEndpoint(Self.newEndpoint(), limit: 2)
            }
            #expect(added.count { $0 } == 1)
        }
    }

    private func endTask(of user: String = "ada", as outcome: TaskOutcome = .cancelled, in store: TaskStore)
        async throws
        -> TaskID
    {
        let task = NewTask.sample(user: user)
        try await store.submit(task)
        try await store.pool.execute(
            "UPDATE tasks SET state = 'RUNNING', attempt = 1 WHERE id = \(task.id.description)"
        )
        #expect(try await store.finish(task.id, attempt: 1, as: outcome) != nil)
        return task.id
    }

    func take(_ store: TaskStore, limit: Int = 10, userLimit: Int = 10, underway: [String: Int] = [:])
        async throws
        -> [WebhookAssignment]
    {
        try await store.takeWebhookDeliveries(
            limit: limit,
            userLimit: userLimit,
            underway: underway,
            lifetime: .seconds(60)
        )
    }

    /// A user has an endpoint for each task with a webhook of its own, and deliveries of a month.
    @Test func aPageOfDeliveriesGoesThroughNoOthers() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute(
                """
                INSERT INTO webhook_endpoints (id, user_id, task_id, name, url, event_types)
                SELECT 'e' || n, CASE n % 2 WHEN 0 THEN 'ada' ELSE 'bob' END, 't' || n, '', '', '{}'
                FROM generate_series(1, 3000) n
                """
            )
            try await store.pool.execute(
                """
                INSERT INTO webhook_deliveries
                    (endpoint_id, user_id, event_id, type, task_id, created_at, delivered_at, next_attempt_at)
                SELECT id, user_id, 'v', 'video.completed', task_id, now() - n * interval '1 second',
                    CASE WHEN n % 1000 > 10 THEN now() END, CASE WHEN n % 1000 < 5 THEN now() END
                FROM generate_series(1, 3000) n JOIN webhook_endpoints ON id = 'e' || n
                """
            )
            try await store.pool.execute("ANALYZE webhook_deliveries")
            for state in [nil] + WebhookDelivery.State.allCases.map(Optional.some) {
                let query = TaskStore.webhookDeliveries(of: "ada", in: state, limit: 10)
                #expect(try await store.rowsTouched(by: query) <= 60, "\(String(describing: state))")
                let found = try await store.webhookDeliveries(of: "ada", state: state, limit: 10)
                #expect(found.count >= 6 && found.allSatisfy { state == nil || $0.state == state })
            }
            let one = TaskStore.webhookDeliveries(of: "ada", about: "t1500", limit: 10)
            #expect(try await store.rowsTouched(by: one) <= 10)
        }
    }

    @Test func anyEndOfATaskAddsADelivery() async throws {
        try await ScratchSchema.withTaskStore { store in
            let all = try await self.endpoint(in: store)
            let failures = try await self.endpoint([.failed], in: store)
            _ = try await self.endpoint(of: "bob", in: store)
            let failed = try await self.endTask(as: .failed(TaskFailure(code: "X", message: "no")), in: store)
            let queued = NewTask.sample()
            try await store.submit(queued)
            #expect(try await store.requestCancel(queued.id, user: "ada")?.task.state == .cancelled)
            _ = try await store.requestCancel(queued.id, user: "ada")
            let deliveries = try await store.webhookDeliveries(of: "ada", limit: 10)
            let told = Set(deliveries.map { "\($0.endpoint) \($0.event.type) \($0.event.task) \($0.event.id)" })
            let expected: Set = [
                "\(all.id) video.failed \(failed) evt_\(failed)", "\(failures.id) video.failed \(failed) evt_\(failed)",
                "\(all.id) video.cancelled \(queued.id) evt_\(queued.id)",
            ]
            #expect(told == expected)
            #expect(deliveries.allSatisfy { $0.state == .waiting && $0.attempts == 0 })
            #expect(try await store.webhookDeliveries(of: "bob", limit: 10).isEmpty)
            #expect(try await store.webhookDeliveries(of: "ada", endpoint: failures.id, limit: 10).count == 1)
            #expect(try await store.webhookDeliveries(of: "ada", task: queued.id, limit: 10).count == 1)
            #expect(try await store.webhookDeliveries(of: "ada", state: .delivered, limit: 10).isEmpty)
            let pages = [deliveries[0], deliveries[1]].map(\.id)
            #expect(try await store.webhookDeliveries(of: "ada", after: pages[0], limit: 1).map(\.id) == [pages[1]])
        }
    }

    @Test func anEndRolledBackLeavesNoDelivery() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            let task = NewTask.sample()
            try await store.submit(task)
            struct Crash: Error {}
            await #expect(throws: Crash.self) {
                try await store.pool.transaction { transaction in
                    try await transaction.execute(
                        "UPDATE tasks SET state = 'CANCELLED', ended_at = now() WHERE id = \(task.id.description)"
                    )
                    throw Crash()
                }
            }
            #expect(try await store.webhookDeliveries(of: "ada", limit: 10).isEmpty)
        }
    }

    @Test func aTasksOwnEndpointGetsOnlyItsEvents() async throws {
        try await ScratchSchema.withTaskStore { store in
            let task = NewTask.sample()
            let own = try await self.endpoint(task: task.id, in: store)
            try await store.submit(task)
            _ = try await self.endTask(in: store)
            #expect(try await self.take(store).isEmpty)
            _ = try await store.requestCancel(task.id, user: "ada")
            #expect(try await self.take(store).map(\.endpoint.id) == [own.id])
            // It is none of the endpoints that the user manages.
            #expect(try await store.webhookEndpoints(of: "ada", limit: 10).isEmpty)
            #expect(try await store.webhookEndpoint(own.id, user: "ada") == nil)
        }
    }

    @Test func anEndpointsDeliveriesAreMadeInOrderOneAtATime() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            let tasks = [try await self.endTask(in: store), try await self.endTask(in: store)]
            for task in tasks {
                let taken = try await self.take(store)
                #expect(taken.map(\.delivery.event.task) == [task.description])
                #expect(try await self.take(store).isEmpty)
                #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: taken[0]))
            }
            #expect(try await self.take(store).isEmpty)
            #expect(try await store.webhookDeliveries(of: "ada", state: .delivered, limit: 10).count == 2)
        }
    }

    @Test func aUsersDeliveriesDoNotTakeOthersSlots() async throws {
        try await ScratchSchema.withTaskStore { store in
            for _ in 0..<5 { _ = try await self.endpoint(in: store) }
            _ = try await self.endpoint(of: "bob", in: store)
            _ = try await self.endTask(in: store)
            _ = try await self.endTask(of: "bob", in: store)
            let taken = try await self.take(store, userLimit: 2)
            #expect(taken.map(\.endpoint.user).sorted() == ["ada", "ada", "bob"])
            #expect(try await self.take(store, userLimit: 2, underway: ["ada": 2]).isEmpty)
            // One more, not as many as a user may have in all.
            #expect(try await self.take(store, userLimit: 2, underway: ["ada": 1]).count == 1)
            #expect(try await self.take(store).count == 2)
        }
    }

    /// However many are due, and of however few users: each poll looks at the oldest, and goes from user to user.
    @Test func aUserWithManyDeliveriesHidesNoOtherAndCostsNoMore() async throws {
        try await ScratchSchema.withTaskStore { store in
            try await store.pool.execute(
                """
                INSERT INTO webhook_endpoints (id, user_id, task_id, name, url, event_types, due_at)
                SELECT 'hog-' || n, 'hog', 'none', '', 'https://example.com', '{}', now() - interval '1 day'
                FROM generate_series(1, 30000) n
                """
            )
            try await store.pool.execute(
                """
                INSERT INTO webhook_deliveries (endpoint_id, user_id, event_id, type, task_id, next_attempt_at)
                SELECT id, user_id, 'event', 'video.completed', 'none', due_at FROM webhook_endpoints
                """
            )
            for user in ["ada", "zoe"] {
                _ = try await self.endpoint(of: user, in: store)
                _ = try await self.endTask(of: user, in: store)
            }
            try await store.pool.execute("ANALYZE webhook_endpoints")
            for query in [
                TaskStore.dueWebhooks, TaskStore.webhookUsers(after: ""),
                TaskStore.taking([("ada", 4), ("hog", 4)], limit: 10, lifetime: .seconds(60)),
            ] {
                let count = try await store.rowsTouched(by: query)
                #expect(count <= 4 * TaskStore.webhookHead, "\(query.sql)")
            }
            let taken = try await self.take(store, userLimit: 4)
            #expect(taken.filter { $0.endpoint.user == "hog" }.count <= 4)
            #expect(Set(taken.map(\.endpoint.user)) == ["ada", "hog", "zoe"])
        }
    }

    @Test func concurrentTakersGetDifferentDeliveries() async throws {
        try await ScratchSchema.withTaskStore { store in
            for number in 0..<20 {
                _ = try await self.endpoint(of: "user \(number)", in: store)
                _ = try await self.endTask(of: "user \(number)", in: store)
            }
            let taken = try await concurrently(8) { _ in try await self.take(store, limit: 20) }.flatMap { $0 }
            #expect(taken.count == 20)
            #expect(Set(taken.map(\.delivery.id)).count == 20)
        }
    }

    @Test func anExpiredHoldIsTakenOverAndFenced() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            _ = try await self.endTask(in: store)
            let lost = try await store.takeWebhookDeliveries(
                limit: 1,
                userLimit: 1,
                underway: [:],
                lifetime: .milliseconds(1)
            )
            var again: [WebhookAssignment] = []
            while again.isEmpty { again = try await self.take(store) }
            #expect(again[0].delivery.id == lost[0].delivery.id)
            #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: lost[0]) == false)
            #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: again[0]))
            #expect(try await store.webhookDeliveries(of: "ada", limit: 1).first?.attempts == 1)
        }
    }

    @Test func anEndpointWithoutDeliveriesIsReleasedAndTakenLater() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            _ = try await self.endTask(in: store)
            try await store.pool.execute("DELETE FROM webhook_deliveries")
            #expect(try await self.take(store).isEmpty)
            _ = try await self.endTask(in: store)
            #expect(try await self.take(store).count == 1)
        }
    }

    @Test func aFailureIsRetriedLaterUnlessTheEndpointIsDisabled() async throws {
        try await ScratchSchema.withTaskStore { store in
            let endpoint = try await self.endpoint(in: store)
            _ = try await self.endTask(in: store)
            let first = try await self.take(store)[0]
            let failure = WebhookOutcome(status: 500, error: "it answered 500", duration: .milliseconds(12))
            #expect(try await store.record(failure, .init(delay: .hours(1)), of: first))
            let waiting = try #require(try await store.webhookDeliveries(of: "ada", limit: 1).first)
            #expect(waiting.state == .waiting && waiting.attempts == 1 && waiting.lastStatus == 500)
            #expect(waiting.lastError == "it answered 500" && waiting.lastDuration == .milliseconds(12))
            #expect(try await store.webhookEndpoint(endpoint.id, user: "ada")?.failingSince != nil)
            #expect(try await self.take(store).isEmpty)

            #expect(try await store.redeliverWebhook(waiting.id, user: "bob") == nil)
            #expect(try await store.redeliverWebhook(waiting.id, user: "ada")?.attempts == 0)
            let second = try await self.take(store)[0]
            #expect(try await store.record(failure, .init(disabling: "it is gone"), of: second))
            let disabled = try #require(try await store.webhookEndpoint(endpoint.id, user: "ada"))
            #expect(disabled.disabled != nil && disabled.disabledReason == "it is gone")
            #expect(try await store.webhookDeliveries(of: "ada", limit: 1).first?.state == .failed)
            _ = try await self.endTask(in: store)
            #expect(try await store.webhookDeliveries(of: "ada", limit: 10).count == 1)

            let enabled = try await store.updateWebhookEndpoint(endpoint.id, user: "ada", isEnabled: true)
            #expect(enabled?.disabled == nil && enabled?.disabledReason == nil && enabled?.failingSince == nil)
            #expect(try await store.redeliverWebhook(waiting.id, user: "ada") != nil)
            #expect(try await self.take(store).count == 1)
        }
    }

    @Test func aDeliveryRestartedDuringItsLastAttemptIsMadeAnew() async throws {
        try await ScratchSchema.withTaskStore { store in
            let endpoint = try await self.endpoint(in: store)
            _ = try await self.endTask(in: store)
            let failure = WebhookOutcome(status: 500, error: "it answered 500")
            let first = try await self.take(store)[0]
            #expect(try await store.record(failure, .init(delay: .zero), of: first))
            var taken: [WebhookAssignment] = []
            while taken.isEmpty { taken = try await self.take(store) }
            let last = taken[0]
            #expect(try await store.redeliverWebhook(last.delivery.id, user: "ada")?.attempts == 0)
            #expect(try await self.take(store).isEmpty)
            #expect(try await store.record(failure, .init(disabling: "it failed for long"), of: last))
            #expect(try await store.webhookEndpoint(endpoint.id, user: "ada")?.disabled == nil)
            let again = try await self.take(store)
            #expect(again.map(\.delivery.id) == [last.delivery.id] && again.first?.delivery.attempts == 0)
        }
    }

    @Test func enablingAnEnabledEndpointStartsNoSecondDelivery() async throws {
        try await ScratchSchema.withTaskStore { store in
            let endpoint = try await self.endpoint(in: store)
            for _ in 0..<2 { _ = try await self.endTask(in: store) }
            let taken = try await self.take(store)
            #expect(taken.count == 1)
            #expect(try await store.updateWebhookEndpoint(endpoint.id, user: "ada", isEnabled: true) != nil)
            #expect(try await self.take(store).isEmpty)
            #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: taken[0]))
            #expect(try await self.take(store).count == 1)
        }
    }

    /// See docs/webhooks.md, "Failures and retries".
    @Test func anEnabledEndpointGetsWhatWasPendingAndNothingFromMeanwhile() async throws {
        try await ScratchSchema.withTaskStore { store in
            let endpoint = try await self.endpoint(in: store)
            let pending = try await self.endTask(in: store)
            let disabled = try await store.updateWebhookEndpoint(endpoint.id, user: "ada", isEnabled: false)
            #expect(disabled?.disabledReason == "its owner disabled it")
            _ = try await self.endTask(in: store)
            #expect(try await self.take(store).isEmpty)
            _ = try await store.updateWebhookEndpoint(endpoint.id, user: "ada", isEnabled: true)
            let taken = try await self.take(store)
            #expect(taken.map(\.delivery.event.task) == ["\(pending)"])
            let only = try #require(taken.first)
            #expect(try await store.record(WebhookOutcome(status: 200), .init(), of: only))
            #expect(try await self.take(store).isEmpty)
        }
    }

    @Test func aPauseDelaysTheOtherDeliveriesToo() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            for _ in 0..<2 { _ = try await self.endTask(in: store) }
            let first = try await self.take(store)[0]
            let overload = WebhookSchedule.Verdict(delay: .hours(1), pause: .minutes(5))
            #expect(try await store.record(WebhookOutcome(status: 429), overload, of: first))
            #expect(try await self.take(store).isEmpty)
            try await store.pool.execute("UPDATE webhook_endpoints SET held_until = now() - interval '1 ms'")
            #expect(try await self.take(store).count == 1)
        }
    }

    @Test func theEndpointOfATaskIsDeletedWithItsTaskOnly() async throws {
        try await ScratchSchema.withTaskStore { store in
            let task = TaskID.make()
            let endpoint = try await self.endpoint(task: task, in: store)
            #expect(try await store.deleteWebhookEndpoint(endpoint.id, user: "ada") == false)
            #expect(try await store.deleteWebhookEndpoint(endpoint.id, user: "ada", ofTask: task))
        }
    }

    @Test func onlyOwnersMayChangeEndpoints() async throws {
        try await ScratchSchema.withTaskStore { store in
            let endpoint = try await self.endpoint(in: store)
            #expect(try await store.webhookEndpoint(endpoint.id, user: "ada") == endpoint)
            #expect(try await store.webhookEndpoint(endpoint.id, user: "bob") == nil)
            #expect(try await store.updateWebhookEndpoint(endpoint.id, user: "bob", name: "x") == nil)
            #expect(try await store.rotateWebhookSecret(endpoint.id, user: "bob", to: [9], keepingOld: nil) == nil)
            #expect(try await store.deleteWebhookEndpoint(endpoint.id, user: "bob") == false)
            let renamed = try await store.updateWebhookEndpoint(
                endpoint.id,
                user: "ada",
                name: "other",
                eventTypes: ["video.failed"]
            )
            #expect(renamed?.name == "other" && renamed?.url == endpoint.url && renamed?.eventTypes == ["video.failed"])
            let rotated = try await store.rotateWebhookSecret(endpoint.id, user: "ada", to: [9], keepingOld: .hours(24))
            #expect(rotated?.secret == [9] && rotated?.previousSecret == [1, 2, 3])
            let expiry = try #require(rotated?.previousSecretExpiry)
            #expect(abs((expiry - .now()).inSeconds - 86_400) < 60)
            let leaked = try await store.rotateWebhookSecret(endpoint.id, user: "ada", to: [8], keepingOld: nil)
            #expect(leaked?.secret == [8] && leaked?.previousSecret == nil)
            #expect(try await store.addWebhookEndpoint(endpoint, limit: 1) == false)
            #expect(try await store.deleteWebhookEndpoint(endpoint.id, user: "ada"))
        }
    }
}
