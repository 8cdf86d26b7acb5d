internal import MaaSControl
internal import MaaSCore

/// `/v1/templates`: the offered templates and their parameters.
@LoopActor
struct TemplateRoutes {
    let authenticator: Authenticator
    let catalog: TemplateCatalog
    /// The size limit of a picture.
    let imageLimit: ByteCount

    func add(to router: Router) {
        let body = JSONValue.object(["data": .array(self.catalog.templates.map(self.published))])
        router.get("/v1/templates") { request in
            _ = try await self.authenticator.user(of: request)
            try request.query.allow([])
            return .json(body)
        }
    }

    /// The template's own description, with the accepted picture types and sizes.
    private func published(_ template: Template) -> JSONValue {
        var view = template.published
        guard var image = view["inputs"]?["image"] else { return view }
        image["types"] = .array(Picture.Format.allCases.map { .string($0.rawValue) })
        image["most"] = JSONValue(self.imageLimit.bytes)
        view["inputs"]?["image"] = image
        return view
    }
}
