@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// Queries are checked as strictly as bodies; the other APIs ignore what they do not know, because clients add to them.
extension GatewayTests {
    @Test func aMisspeltQueryIsNotIgnored() async throws {
        try await GatewayScope.run { gateway in
            let admin = try await gateway.key(scopes: Set(AccessScope.allCases))
            let id = try await self.submit(gateway)
            let wrong = try await gateway.send(.get, "/v1/tasks?stat=RUNNING&limit=1&limit=2&label=a:b&label=c:d")
            #expect(wrong.status == 422 && wrong.faults == ["stat", "limit"])
            #expect(wrong.json["errors"]?[0]?["message"]?.string?.hasSuffix(": did you mean status?") == true)
            for path in [
                "tasks?user=\(gateway.user)", "tasks/\(id)/content?size=1", "tasks/\(id)/image?download",
                "templates?name=demo",
                "tasks/\(id)/logs?tail=1", "keys?limit=1", "webhook_endpoints?page=2", "webhook_deliveries?task=\(id)",
                "webhook_event_types?limit=1", "admin/users?user=a", "admin/keys?name=a", "admin/audit?by=root",
                "admin/pauses?scope=all", "admin/queue?user=a",
            ] {
                let answer = try await gateway.send(.get, "/v1/\(path)", key: admin)
                #expect(answer.status == 422 && answer.faults.count == 1, "\(path)")
            }
            for list in ["tasks", "webhook_endpoints", "webhook_deliveries", "admin/keys", "admin/audit"] {
                for after in ["", "zzz"] {
                    let answer = try await gateway.send(.get, "/v1/\(list)?after=\(after)", key: admin)
                    #expect(answer.status == 422 && answer.faults == ["after"], "\(list) after \(after)")
                }
            }
            for path in ["/v1/tasks?", "/v1/videos?stat=queued", "/v1/models?limit=1", "/api/v1/tasks?stat=RUNNING"] {
                #expect(try await gateway.send(.get, path).status == 200, "\(path)")
            }
        }
    }
}
