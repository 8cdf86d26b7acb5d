internal import MaaSControl
internal import MaaSCore

/// Reads `POST /v1/videos`: JSON or a form, depending on the version of OpenAI's client.
@LoopActor
struct VideoReader {
    let configuration: MaaSConfiguration.APIGateway
    let catalog: TemplateCatalog

    private static let names = ModelRequest.Names(
        model: "model",
        picture: "input_reference",
        seconds: "seconds",
        parameter: { $0 }
    )

    /// Throws `WebError` for a body that is no request; faults within it are recorded in the draft.
    func read(_ request: WebRequest) async throws -> TaskDraft {
        let isForm = request.contentType == "multipart/form-data"
        let video = isForm ? try await self.form(request) : try await self.document(request)
        return video.draft(self.catalog, Self.names)
    }

    private func document(_ request: WebRequest) async throws -> ModelRequest {
        guard let members = try await request.json(limit: self.configuration.documentLimit).object else {
            throw WebError.badRequest("the body is an object with prompt, and model, seconds, size, input_reference")
        }
        return Self.request(members)
    }

    private func form(_ request: WebRequest) async throws -> ModelRequest {
        var limits = MultipartForm.Limits()
        limits.fieldBytes = self.configuration.documentLimit
        limits.fileBytes = self.configuration.imageLimit.bytes
        let form = try await MultipartForm.read(from: request, limits: limits) { header, _ in
            header.name == "input_reference" && header.filename != nil
        }
        var fields = BracketedFields()
        var broken: [WebError.Field] = []
        for field in form.fields {
            let text = String(validating: field.bytes, as: UTF8.self)
            if text == nil { broken.append(.init(field.header.name, "must be UTF-8")) }
            fields.add(field.header.name, text ?? String(decoding: field.bytes, as: UTF8.self))
        }
        var video = Self.request(fields.members)
        video.faults += broken
        video.isText = true
        if let file = form.file("input_reference")?.file {
            if video.picture != nil { video.faults.append(.init("image", "is given twice: as a file and as a URL")) }
            video.picture = .file(file)
        }
        for name in form.repeatedNames {
            video.faults.append(.init(name == "input_reference" ? "image" : name, "is given more than once"))
        }
        return video
    }

    private static func request(_ members: [String: JSONValue]) -> ModelRequest {
        var video = ModelRequest()
        var members = members.filter { !$0.value.isNull }
        video.model = members.removeValue(forKey: "model").map { $0.string ?? $0.text }
        video.seconds = members.removeValue(forKey: "seconds")
        if let reference = members.removeValue(forKey: "input_reference") {
            if let url = reference["image_url"]?.string ?? reference.string {
                video.picture = .url(url)
            } else {
                video.faults.append(.init("image", "must be a file, or an object with image_url"))
            }
        }
        video.parameters = members
        return video
    }
}
