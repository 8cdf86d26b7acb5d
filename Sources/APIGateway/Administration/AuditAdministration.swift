internal import MaaSControl
internal import MaaSCore

/// `/v1/admin/audit`: the audit log, newest first.
@LoopActor
struct AuditAdministration {
    let authenticator: Authenticator
    let store: TaskStore

    func add(to router: Router) {
        router.get("/v1/admin/audit") { request in
            _ = try await self.authenticator.caller(of: request, with: .admin)
            let page = try AdminPage(request.query, filters: ["actor", "action", "target"])
            let after = page.after.flatMap { Int($0) }
            if page.after != nil, after == nil {
                throw WebError.invalid([.init("after", "must be the last_id of the previous page")])
            }
            let filter = AuditFilter(
                actor: request.query["actor"],
                action: request.query["action"],
                target: request.query["target"]
            )
            let entries = try await self.store.auditEntries(matching: filter, after: after, limit: page.limit + 1)
            return page.answer(entries, id: { String($0.id) }, view: \.json)
        }
    }
}
