internal import MaaSControl
internal import MaaSCore

/// `/v1/templates`: what can be made, and from what parameters.
@LoopActor
struct TemplateRoutes {
    let authenticator: Authenticator
    let catalog: TemplateCatalog

    func add(to router: Router) {
        let body = JSONValue.object(["data": .array(self.catalog.templates.map(\.published))])
        router.get("/v1/templates") { request in
            _ = try await self.authenticator.user(of: request)
            return .json(body)
        }
    }
}
