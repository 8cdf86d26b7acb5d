internal import MaaSControl
internal import MaaSCore

/// `/v1/webhook_endpoints` and `/v1/webhook_event_types`, as in OpenAI's API, and the deliveries.
@LoopActor
struct WebhookRoutes {
    let authenticator: Authenticator
    let store: TaskStore
    let keyring: WebhookKeyring
    let trials: WebhookTrials
    /// The most endpoints per user.
    let endpointLimit: Int

    private static let bodyLimit = 65_536
    private static let noSuchEndpoint = WebError.notFound("there is no such webhook endpoint")

    func add(to router: Router) {
        router.post("/v1/webhook_endpoints") { try await self.create($0) }
        router.get("/v1/webhook_endpoints") { try await self.list($0) }
        router.get("/v1/webhook_endpoints/{id}") { try await self.retrieve($0) }
        router.post("/v1/webhook_endpoints/{id}") { try await self.update($0) }
        router.delete("/v1/webhook_endpoints/{id}") { try await self.delete($0) }
        router.post("/v1/webhook_endpoints/{id}/rotate_secret") { try await self.rotate($0) }
        router.post("/v1/webhook_endpoints/{id}/test") { try await self.test($0) }
        router.get("/v1/webhook_event_types") { try await self.eventTypes($0) }
        router.get("/v1/webhook_deliveries") { try await self.deliveries($0) }
        router.post("/v1/webhook_deliveries/{id}/redeliver") { try await self.redeliver($0) }
        router.get("/v1/webhooks/default/secret") { try await self.standardSecret($0) }
    }

    // MARK: Endpoints

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let draft = try WebhookEndpointDraft(try await request.json(limit: Self.bodyLimit), isNew: true)
        let id = WebhookEndpoint.makeID()
        let endpoint = WebhookEndpoint(
            id: id,
            user: user,
            name: draft.name ?? "",
            url: draft.url ?? "",
            eventTypes: draft.eventTypes ?? [],
            secret: self.keyring.seal(.make(), of: id)
        )
        guard try await self.store.addWebhookEndpoint(endpoint, limit: self.endpointLimit) else {
            throw WebError(
                status: 422,
                code: "too_many_webhook_endpoints",
                message: "you have \(self.endpointLimit) webhook endpoints, the most allowed: delete one first"
            )
        }
        return self.answer(endpoint, showsSecret: true)
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        var faults: [WebError.Field] = []
        let page = WebhookPage(request.query, &faults)
        if let after = page.after, !WebhookEndpoint.isID(after) {
            faults.append(.init("after", "must be the id of a webhook endpoint"))
        }
        guard faults.isEmpty else { throw WebError.invalid(faults) }
        let rows = try await self.store.webhookEndpoints(of: user, after: page.after, limit: page.limit + 1)
        return page.answer(rows, id: \.id) { WebhookEndpointView(endpoint: $0, keyring: self.keyring).json }
    }

    private func retrieve(_ request: WebRequest) async throws -> WebResponse {
        self.answer(try await self.endpoint(of: request))
    }

    private func update(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let draft = try WebhookEndpointDraft(try await request.json(limit: Self.bodyLimit), isNew: false)
        let updated = try await self.store.updateWebhookEndpoint(
            request.parameters["id"],
            user: user,
            name: draft.name,
            url: draft.url,
            eventTypes: draft.eventTypes,
            isEnabled: draft.isEnabled
        )
        guard let updated else { throw Self.noSuchEndpoint }
        return self.answer(updated)
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let id = request.parameters["id"]
        guard try await self.store.deleteWebhookEndpoint(id, user: user) else { throw Self.noSuchEndpoint }
        return .json(["id": .string(id), "object": "webhook_endpoint.deleted", "deleted": true])
    }

    private func rotate(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let document = try await self.optionalJSON(of: request)
        let member = "keep_old_secret_active_for_24_hours"
        guard let keepsOld = document[member].map(\.bool) ?? true else {
            throw WebError.invalid([.init(member, "must be true or false")])
        }
        let id = request.parameters["id"]
        let rotated = try await self.store.rotateWebhookSecret(
            id,
            user: user,
            to: self.keyring.seal(.make(), of: id),
            keepingOld: keepsOld ? .hours(24) : nil
        )
        guard let rotated else { throw Self.noSuchEndpoint }
        return self.answer(rotated, showsSecret: true)
    }

    /// Sends a test event once and returns the endpoint's response.
    private func test(_ request: WebRequest) async throws -> WebResponse {
        let endpoint = try await self.endpoint(of: request)
        let document = try await self.optionalJSON(of: request)
        let name = document["event_type"] ?? .string(WebhookEventType.completed.rawValue)
        guard let type = name.string.flatMap(WebhookEventType.init) else {
            let known = WebhookEventType.allCases.map(\.rawValue).joined(separator: ", ")
            throw WebError.invalid([.init("event_type", "must be one of \(known)")])
        }
        let outcome = try await self.trials.send(.test(type), to: endpoint)
        guard let status = outcome.status else {
            throw WebError(
                status: 422,
                code: "webhook_endpoint_unreachable",
                message: "url: \(outcome.error ?? "it could not be reached")",
                errors: [.init("url", outcome.error ?? "it could not be reached")]
            )
        }
        return .json([
            "object": "webhook_endpoint.test",
            "webhook_endpoint_id": .string(endpoint.id),
            "event_type": .string(type.rawValue),
            "status_code": JSONValue(status),
            "success": true,
            "duration_ms": JSONValue(Int(outcome.duration.inSeconds * 1000)),
        ])
    }

    private func eventTypes(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.user(of: request)
        try request.query.allow([])
        return .json(["object": "list", "data": .array(WebhookEventType.allCases.map { .string($0.rawValue) })])
    }

    /// The secret for webhooks of submissions without one. The path is Replicate's.
    private func standardSecret(_ request: WebRequest) async throws -> WebResponse {
        // Anybody with the secret can forge events, so the scope `read` is not enough.
        let user = try await self.authenticator.user(of: request, with: .submit)
        return .json(["key": .string(self.keyring.standardSecret(of: user).text)])
    }

    private func endpoint(of request: WebRequest) async throws -> WebhookEndpoint {
        let user = try await self.authenticator.user(of: request)
        guard let endpoint = try await self.store.webhookEndpoint(request.parameters["id"], user: user) else {
            throw Self.noSuchEndpoint
        }
        return endpoint
    }

    private func answer(_ endpoint: WebhookEndpoint, showsSecret: Bool = false) -> WebResponse {
        .json(WebhookEndpointView(endpoint: endpoint, keyring: self.keyring, showsSecret: showsSecret).json)
    }

    /// The body; an empty object if there is none.
    private func optionalJSON(of request: WebRequest) async throws -> JSONValue {
        let bytes = try await request.body(limit: Self.bodyLimit)
        if bytes.isEmpty { return [:] }
        guard request.contentType == "application/json" else {
            throw WebError.unsupportedMediaType("the body must be application/json")
        }
        let document = try JSONValue(ofRequest: bytes)
        guard document.object != nil else { throw WebError.badRequest("the body must be an object") }
        return document
    }

    // MARK: Deliveries

    private func deliveries(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        let query = request.query
        var faults: [WebError.Field] = []
        let page = WebhookPage(query, filters: ["webhook_endpoint_id", "task_id", "status"], &faults)
        let task = query["task_id"].flatMap { VideoID($0)?.task }
        if query["task_id"] != nil, task == nil { faults.append(.init("task_id", "must be the id of a task")) }
        let state = query["status"].flatMap(WebhookDelivery.State.init)
        if query["status"] != nil, state == nil {
            let known = WebhookDelivery.State.allCases.map(\.rawValue).joined(separator: ", ")
            faults.append(.init("status", "must be one of \(known)"))
        }
        guard faults.isEmpty else { throw WebError.invalid(faults) }
        let rows = try await self.store.webhookDeliveries(
            of: user,
            endpoint: query["webhook_endpoint_id"],
            task: task,
            state: state,
            after: page.after,
            limit: page.limit + 1
        )
        // A page with anything in it has found the one that it comes after. They are deleted when they are old.
        if rows.isEmpty, let after = page.after, try await !self.store.hasWebhookDelivery(after, user: user) {
            throw WebError.invalid([.init("after", "names a delivery that does not exist: begin without it")])
        }
        return page.answer(rows, id: \.id) { WebhookDeliveryView(delivery: $0).json }
    }

    /// Restarts a delivery with all its attempts. For a disabled endpoint it waits until that is enabled.
    private func redeliver(_ request: WebRequest) async throws -> WebResponse {
        let user = try await self.authenticator.user(of: request)
        guard let delivery = try await self.store.redeliverWebhook(request.parameters["id"], user: user) else {
            throw WebError.notFound("there is no such webhook delivery")
        }
        return .json(WebhookDeliveryView(delivery: delivery).json, status: 202)
    }
}
