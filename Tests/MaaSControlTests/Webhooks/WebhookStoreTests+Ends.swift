internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

extension WebhookStoreTests {
    @Test func tasksThatEndTogetherWriteTheirEndpointOnce() async throws {
        try await ScratchSchema.withTaskStore { store in
            _ = try await self.endpoint(in: store)
            try await store.insert((0..<20).map { _ in NewTask.sample() })
            try await store.pool.execute("CREATE SEQUENCE writes")
            try await store.pool.execute(
                """
                CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM nextval('writes');
                    RETURN new;
                END $$
                """
            )
            try await store.pool.execute(
                """
                CREATE TRIGGER count_write BEFORE UPDATE ON webhook_endpoints
                FOR EACH ROW EXECUTE FUNCTION count_write()
                """
            )
            #expect(try await store.requestCancel(of: "ada", matching: TaskFilter(), limit: 20).count == 20)
            let writes: Int = try await store.pool.query("SELECT last_value FROM writes")[0].decode("last_value")
            #expect(writes == 1)
            #expect(try await store.webhookDeliveries(of: "ada", limit: 100).count == 20)
            #expect(try await self.take(store).count == 1)
        }
    }

    /// It sees the endpoint as it was before it waited: due, because the last delivery was not recorded yet.
    @Test func anEndThatWaitsForTheLastDeliverysRecordIsDelivered() async throws {
        try await ScratchSchema.with { configuration in
            let store = TaskStore(configuration, logger: Logger(service: "test", level: .error))
            try await store.start()
            _ = try await self.endpoint(in: store)
            let (first, second) = (NewTask.sample(), NewTask.sample())
            try await store.insert([first, second])
            _ = try await store.requestCancel(first.id, user: "ada")
            let other = try await PostgresConnection.connect(configuration)
            defer { other.close() }
            try await other.execute("BEGIN")
            try await other.execute("UPDATE webhook_deliveries SET next_attempt_at = NULL, delivered_at = now()")
            try await other.execute("UPDATE webhook_endpoints SET due_at = NULL")
            let end = Task { @LoopActor in _ = try await store.requestCancel(second.id, user: "ada") }
            try await ScratchSchema.waitForLock(configuration)
            try await other.execute("COMMIT")
            try await end.value
            #expect(try await self.take(store).map(\.delivery.event.task) == ["\(second.id)"])
            await store.stop()
        }
    }
}
