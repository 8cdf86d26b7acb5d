internal import MaaSControl
internal import MaaSCore

/// Reads the submissions of DashScope's client: a model, `input` with the prompt and the picture, and `parameters`.
@LoopActor
struct SynthesisReader {
    let configuration: MaaSConfiguration.APIGateway
    let catalog: TemplateCatalog

    /// - Parameter input: the names that were in `input`; all others are in `parameters`.
    private static func names(input: Set<String>) -> ModelRequest.Names {
        ModelRequest.Names(
            model: "model",
            picture: "input.img_url",
            seconds: "parameters.duration",
            parameter: { input.contains($0) ? "input.\($0)" : "parameters.\($0)" }
        )
    }

    /// Whether the client sends this on its own, or it asks for what is done anyway. It is passed only to templates
    /// that have such a parameter; other members that a template lacks are faults, as they would make another video.
    private static func hasNoEffect(_ name: String, _ value: JSONValue) -> Bool {
        switch name {
        case "extend_prompt", "prompt_extend": true
        case "watermark": value == false
        // Version 1 names the service that it calls.
        case "function": value == "video-synthesis"
        default: false
        }
    }

    func read(_ request: WebRequest) async throws -> TaskDraft {
        let document = try await request.json(limit: self.configuration.documentLimit)
        guard document.object != nil else { throw WebError.badRequest("the body is an object with model and input") }
        var video = ModelRequest()
        video.model = document["model"].flatMap { $0.isNull ? nil : $0.string ?? $0.text }
        if video.model == nil { video.faults.append(.init("model", "is required")) }
        var input = Self.members(document["input"], "input", &video.faults)
        var parameters = Self.members(document["parameters"], "parameters", &video.faults)
        video.picture = Self.picture(&input, &video.faults)
        video.seconds = parameters.removeValue(forKey: "duration")
        for (name, value) in input.sorted(by: { $0.key < $1.key }) {
            guard let other = parameters[name], other != value else { continue }
            video.faults.append(.init("input.\(name)", "is given twice: also in parameters"))
        }
        video.parameters = parameters.merging(input) { ours, _ in ours }
        let template = self.catalog.template(forModel: video.model, hasPicture: video.picture != nil)
        video.parameters = video.parameters.filter { name, value in
            template?.has(parameter: name) == true || !Self.hasNoEffect(name, value)
        }
        self.choose(&video, template)
        return video.draft(self.catalog, Self.names(input: Set(input.keys).union(["prompt", "negative_prompt"])))
    }

    private static func members(
        _ value: JSONValue?,
        _ name: String,
        _ faults: inout [WebError.Field]
    ) -> [String: JSONValue] {
        guard let value, !value.isNull else { return [:] }
        if let members = value.object { return members.filter { !$0.value.isNull } }
        faults.append(.init(name, "must be an object"))
        return [:]
    }

    /// The picture, for which the client has several names. Other media are rejected, because ignoring them would
    /// produce another video than requested.
    private static func picture(
        _ input: inout [String: JSONValue],
        _ faults: inout [WebError.Field]
    ) -> PictureSource? {
        var url: String?
        for name in ["img_url", "first_frame_url", "head_frame"] {
            guard let value = input.removeValue(forKey: name), value != "" else { continue }
            if value.string == nil || url != nil {
                let rule = value.string == nil ? "must be a string" : "must be left out: there is another picture"
                faults.append(.init("input.\(name)", rule))
            }
            url = url ?? value.string
        }
        if let media = input.removeValue(forKey: "media") {
            let frame = media.array?.first?["type"] == "first_frame" ? media[0]?["url"]?.string : nil
            if frame == nil || media.array?.count != 1 || url != nil {
                faults.append(.init("input.media", "must be the picture: one element of type first_frame with its url"))
            }
            url = url ?? frame
        }
        guard let url else { return nil }
        // Files uploaded earlier are referred to as if in Alibaba's object store, followed by the file name.
        guard url.hasPrefix(UploadPolicy.scheme) else { return .url(url) }
        return .upload(String(url.dropFirst(UploadPolicy.scheme.count).prefix { $0 != "/" }))
    }

    /// Maps `1280*720`, or `720P` with `16:9`, to one of the template's sizes. Beside a size, these have to be its own.
    private func choose(_ video: inout ModelRequest, _ template: Template?) {
        let size = video.parameters["size"]?.string?.replacing("*", with: "x")
        if let size { video.parameters["size"] = .string(size) }
        let (resolution, ratio) = (video.parameters["resolution"], video.parameters["ratio"])
        guard let template, !template.sizes.isEmpty, resolution ?? ratio != nil else { return }
        let field = resolution == nil ? "ratio" : "resolution"
        guard !template.has(parameter: field) else { return }
        for name in ["resolution", "ratio"] { video.parameters[name] = nil }
        let areTexts = [resolution, ratio].allSatisfy { $0 == nil || $0?.string != nil }
        if let size {
            guard !areTexts || !template.size(size, meets: resolution?.string, ratio?.string) else { return }
            video.faults.append(.init("parameters.\(field)", "must be that of the size, or be left out"))
        } else if areTexts, let size = template.size(resolution: resolution?.string, ratio: ratio?.string) {
            video.parameters["size"] = .string(size)
        } else {
            let sizes = template.sizes.joined(separator: ", ")
            video.faults.append(.init("parameters.\(field)", "must be met by a size of this model: \(sizes)"))
        }
    }
}
