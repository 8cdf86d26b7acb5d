internal import MaaSControl
internal import MaaSCore

/// `/v1/admin/pauses`: pauses of new starts. Running tasks continue and are counted, so a drain is complete at 0.
@LoopActor
struct PauseAdministration {
    let authenticator: Authenticator
    let store: TaskStore
    let notifier: TaskNotifier
    let catalog: TemplateCatalog
    let classes: PriorityClasses
    /// The limit for a JSON body, in bytes.
    let bodyLimit: Int

    func add(to router: Router) {
        router.get("/v1/admin/pauses") { try await self.list($0) }
        router.post("/v1/admin/pauses") { try await self.pause($0) }
        router.delete("/v1/admin/pauses/all") { try await self.resume($0, .all, "") }
        router.delete("/v1/admin/pauses/{scope}/{target...}") { request in
            try await self.resume(
                request,
                PauseScope(rawValue: request.parameters["scope"]),
                request.parameters["target"]
            )
        }
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        _ = try await self.authenticator.caller(of: request, with: .admin)
        try request.query.allow([])
        var views: [JSONValue] = []
        for pause in try await self.store.pauses() { views.append(try await self.view(of: pause)) }
        return .json(["data": .array(views)])
    }

    private func pause(_ request: WebRequest) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        let draft = try PauseDraft(try await request.json(limit: self.bodyLimit)) { scope, target in
            switch scope {
            case .priority: self.classes[target] != nil
            case .template: self.catalog.templates.contains { $0.name == target }
            case .all, .user, .node: true
            }
        }
        let pause = Pause(scope: draft.scope, target: draft.target, reason: draft.reason, createdBy: caller.user)
        try await self.store.pause(pause, by: caller.origin(of: request))
        self.notifier.ring(.policy)
        return .json(try await self.view(of: pause), status: 201)
    }

    private func resume(_ request: WebRequest, _ scope: PauseScope?, _ target: String) async throws -> WebResponse {
        let caller = try await self.authenticator.caller(of: request, with: .admin)
        guard let scope else { throw WebError.invalid([.init("scope", PauseDraft.scopeRule)]) }
        guard try await self.store.resume(scope, target: target, by: caller.origin(of: request)) else {
            throw WebError.notFound("this is not paused")
        }
        self.notifier.ring(.policy)
        return .noContent()
    }

    private func view(of pause: Pause) async throws -> JSONValue {
        var view = pause.json
        let running = try await self.store.runningTasks(
            under: pause.scope,
            target: pause.target,
            classes: self.classes
        )
        view["running"] = JSONValue(running)
        return view
    }
}
