internal import MaaSControl
internal import MaaSCore

/// `/v1/templates`: what can be made, and from what parameters.
@LoopActor
struct TemplateRoutes {
    let authenticator: Authenticator
    let catalog: TemplateCatalog
    /// Of a picture.
    let imageLimit: ByteCount

    func add(to router: Router) {
        let body = JSONValue.object(["data": .array(self.catalog.templates.map(self.published))])
        router.get("/v1/templates") { request in
            _ = try await self.authenticator.user(of: request)
            return .json(body)
        }
    }

    /// As the template publishes itself, and what this gateway takes for a picture.
    private func published(_ template: Template) -> JSONValue {
        var view = template.published
        guard var image = view["inputs"]?["image"] else { return view }
        image["types"] = .array(Picture.Format.allCases.map { .string($0.rawValue) })
        image["most"] = JSONValue(self.imageLimit.bytes)
        view["inputs"]?["image"] = image
        return view
    }
}
