internal import MaaSCore
@testable internal import MaaSControl
internal import MaaSTesting
internal import Testing

@testable internal import ProgressRelay

/// The deliverer with a real database and a real receiver.
@LoopActor
@Suite(.enabled(if: TestEnvironment.databaseURL != nil), .timeLimit(.minutes(1)))
struct WebhookDelivererTests {
    @Test func theEndOfATaskIsDeliveredOnceAndSigned() async throws {
        try await WebhookScope.with { scope in
            let endpoint = try await scope.addEndpoint("/hook/200/a")
            try await scope.startDeliverer()
            let task = try await scope.endTask(as: .completed(TaskResult(key: "k", size: 1)))
            let taken = try await scope.taken("a", count: 1)[0]
            let body = Array((taken["body"]?.string ?? "").utf8)
            let event = try JSONValue(parsing: body)
            #expect(event["type"] == "video.completed")
            #expect(event["data"] == ["id": .string("video_\(task)"), "task_id": .string("\(task)")])
            let headers = try #require(taken["headers"])
            #expect(headers["webhook-id"] == event["id"] && headers["content-type"] == "application/json")
            let second = try #require(headers["webhook-timestamp"]?.string.flatMap { Int64($0) })
            #expect(abs(Timestamp.now().seconds - second) < 30)
            let secret = try #require(scope.keyring.secrets(of: endpoint, at: .now()).first)
            #expect(
                headers["webhook-signature"]?.string
                    == secret.signature(of: body, id: event["id"]?.string ?? "", second: second)
            )
            try await scope.untilDelivered(1)
            #expect(try await scope.taken("a", count: 1).count == 1)
        }
    }

    @Test func aFailedDeliveryIsRetriedWithTheSameIDAndBody() async throws {
        try await WebhookScope.with { scope in
            _ = try await scope.addEndpoint("/hook/500,302,200/a")
            try await scope.startDeliverer()
            _ = try await scope.endTask()
            for attempt in 1...2 {
                try await scope.until { $0.first?.attempts == attempt }
                let waiting = try #require(try await scope.store.webhookDeliveries(of: "ada", limit: 1).first)
                #expect(waiting.state == .waiting && waiting.lastStatus == (attempt == 1 ? 500 : 302))
                try await scope.letTimePass()
            }
            try await scope.untilDelivered(1)
            let taken = try await scope.taken("a", count: 3)
            #expect(taken.count == 3)
            #expect(Set(taken.map { $0["headers"]?["webhook-id"] }).count == 1)
            #expect(Set(taken.map { $0["body"] }).count == 1)
            for line in ["refused\"} 2", "delivered\"} 1"] {
                #expect(scope.metrics.text.contains("maas_webhook_attempts_total{outcome=\"\(line)"))
            }
            // The redirect was not followed.
            #expect(try await scope.taken("elsewhere", count: 0).isEmpty)
        }
    }

    @Test func aHangingServerBlocksNoOther() async throws {
        try await WebhookScope.with { scope in
            _ = try await scope.addEndpoint("/hook/hang/slow")
            _ = try await scope.addEndpoint("/hook/200/quick")
            _ = try await scope.addEndpoint("/hook/200/bobs", of: "bob")
            try await scope.startDeliverer(timeout: .seconds(5))
            _ = try await scope.endTask()
            _ = try await scope.taken("slow", count: 1)
            for _ in 0..<3 { _ = try await scope.endTask() }
            _ = try await scope.endTask(of: "bob")
            #expect(try await scope.taken("quick", count: 4).count == 4)
            #expect(try await scope.taken("bobs", count: 1).count == 1)
            // One at a time, so the others of the slow one have not been tried yet.
            let slow = try await scope.taken("slow", count: 1)
            #expect(slow.count == 1)
            try await scope.until { deliveries in
                deliveries.contains { $0.lastError == "it did not answer in time" && $0.state == .waiting }
            }
        }
    }

    @Test func anEndpointThatIsGoneIsDisabled() async throws {
        try await WebhookScope.with { scope in
            let endpoint = try await scope.addEndpoint("/hook/410/a")
            try await scope.startDeliverer()
            _ = try await scope.endTask()
            try await scope.until { $0.first?.state == .failed }
            let disabled = try #require(try await scope.store.webhookEndpoint(endpoint.id, user: "ada"))
            #expect(disabled.disabledReason == "it answered 410 Gone")
            _ = try await scope.endTask()
            #expect(try await scope.store.webhookDeliveries(of: "ada", limit: 10).count == 1)
        }
    }

    @Test func whatCannotBeRecordedAtOnceIsNotSentAgain() async throws {
        try await WebhookScope.with { scope in
            _ = try await scope.addEndpoint("/hook/200/a")
            try await scope.refuseRecords()
            try await scope.startDeliverer()
            _ = try await scope.endTask()
            try await scope.untilDelivered(1)
            #expect(try await scope.taken("a", count: 1).count == 1)
        }
    }

    /// As written by hand: the service never writes such a time.
    @Test func anEndpointThatCannotBeReadHoldsUpNoOther() async throws {
        try await WebhookScope.with { scope in
            let unreadable = try await scope.addEndpoint("/hook/200/a")
            _ = try await scope.addEndpoint("/hook/200/b", of: "bob")
            try await scope.store.pool.execute(
                """
                UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_expires_at = 'infinity'
                WHERE id = \(unreadable.id)
                """
            )
            _ = try await scope.endTask()
            _ = try await scope.endTask(of: "bob")
            let taken = try await scope.store.takeWebhookDeliveries(
                limit: 2,
                userLimit: 1,
                underway: [:],
                lifetime: .seconds(30)
            )
            #expect(taken.map(\.endpoint.user) == ["bob"])
        }
    }

    @Test func aDeadRelaysDeliveriesAreTakenOver() async throws {
        try await WebhookScope.with { scope in
            _ = try await scope.addEndpoint("/hook/200/a")
            _ = try await scope.endTask()
            let lost = try await scope.store.takeWebhookDeliveries(
                limit: 1,
                userLimit: 1,
                underway: [:],
                lifetime: .milliseconds(200)
            )
            #expect(lost.count == 1)
            try await scope.startDeliverer()
            try await scope.untilDelivered(1)
            #expect(try await scope.taken("a", count: 1).count == 1)
        }
    }

    @Test func twoRelaysDeliverEachOnce() async throws {
        try await WebhookScope.with { scope in
            for number in 0..<5 { _ = try await scope.addEndpoint("/hook/200/a", of: "user \(number)") }
            try await scope.startDeliverer()
            try await scope.startDeliverer()
            for number in 0..<5 {
                for _ in 0..<4 { _ = try await scope.endTask(of: "user \(number)") }
            }
            let taken = try await scope.taken("a", count: 20)
            for number in 0..<5 { try await scope.untilDelivered(4, of: "user \(number)") }
            #expect(Set(taken.map { $0["headers"]?["webhook-id"] }).count == 20)
            #expect(try await scope.taken("a", count: 20).count == 20)
        }
    }

    @Test func aNewKeyReplacesThePreviousOne() async throws {
        try await WebhookScope.with { scope in
            let endpoint = try await scope.addEndpoint("/hook/200/a")
            let secret = try #require(scope.keyring.secrets(of: endpoint, at: .now()).first)
            let newKey = "another secret of that length...."
            try await scope.startDeliverer(newKey: newKey)
            try await scope.startSweeper(newKey: newKey)
            let onlyNew = WebhookKeyring(newKey)
            while let row = try await scope.store.webhookEndpoint(endpoint.id, user: "ada"),
                onlyNew.secrets(of: row, at: .now()) != [secret]
            { try await LoopClock().sleep(for: .milliseconds(5)) }
            _ = try await scope.endTask()
            try await scope.untilDelivered(1)
        }
    }

    @Test func aSweepThatFailsPreventsNeitherDeliveryNorResealing() async throws {
        try await WebhookScope.with { scope in
            let endpoint = try await scope.addEndpoint("/hook/200/a")
            let newKey = "another secret of that length...."
            _ = try await scope.endTask()
            try await scope.startDeliverer(newKey: newKey)
            try await scope.untilDelivered(1)
            try await scope.store.pool.execute(
                "UPDATE webhook_deliveries SET last_attempt_at = now() - interval '1 year'"
            )
            try await scope.store.pool.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$
                """
            )
            try await scope.store.pool.execute(
                "CREATE TRIGGER refuse BEFORE DELETE ON webhook_deliveries EXECUTE FUNCTION refuse()"
            )
            try await scope.startSweeper(newKey: newKey)
            let onlyNew = WebhookKeyring(newKey)
            let secret = scope.keyring.secrets(of: endpoint, at: .now())
            while let row = try await scope.store.webhookEndpoint(endpoint.id, user: "ada"),
                onlyNew.secrets(of: row, at: .now()) != secret
            { try await LoopClock().sleep(for: .milliseconds(5)) }
            _ = try await scope.endTask()
            try await scope.untilDelivered(2)
        }
    }

    @Test func aPrivateAddressIsNotCalled() async throws {
        try await WebhookScope.with(addresses: .publicOnly()) { scope in
            _ = try await scope.addEndpoint("/hook/200/a")
            try await scope.startDeliverer()
            _ = try await scope.endTask()
            try await scope.until {
                $0.first?.lastError == "there is no such server at a public address, or it does not answer"
            }
            #expect(try await scope.taken("a", count: 0).isEmpty)
        }
    }
}
