internal import MaaSControl
internal import MaaSCore

/// Reads the body of `POST /v1/tasks`: a JSON object, or a form with that in the part `task` and a picture in the part
/// `image`.
@LoopActor
struct NativeTaskReader {
    let configuration: MaaSConfiguration.APIGateway

    private static let members = ["template", "parameters", "priority", "image", "labels", "derived_from", "webhook"]

    /// Throws `WebError` for a body that is not a task; faults within a task are recorded in the draft.
    func read(_ request: WebRequest) async throws -> TaskDraft {
        guard request.contentType == "multipart/form-data" else {
            return try self.draft(of: try await request.json(limit: self.configuration.documentLimit))
        }
        var limits = MultipartForm.Limits()
        limits.fieldBytes = self.configuration.bodyLimit.bytes
        limits.fileBytes = self.configuration.imageLimit.bytes
        limits.parts = 8
        let form = try await MultipartForm.read(from: request, limits: limits) { header, _ in header.name == "image" }
        guard let field = form.field("task") else {
            throw WebError.invalid([.init("task", "is required: the part with the task as JSON")])
        }
        var draft = try self.draft(of: try JSONValue(ofRequest: field.bytes))
        let others = form.fields.map(\.header.name).filter { $0 != "task" }
        if !others.isEmpty || form.fields.count != 1 || form.files.count > 1 {
            draft.faults.append(.init(others.first ?? "form", "the form has one part task, and at most one image"))
        }
        if let file = form.file("image")?.file {
            if draft.picture != nil { draft.faults.append(.init("image", "is given twice: in the task and as a part")) }
            draft.picture = .file(file)
        }
        return draft
    }

    private func draft(of document: JSONValue) throws(WebError) -> TaskDraft {
        guard let members = document.object else {
            throw .badRequest("a task is an object with \(Self.members.joined(separator: ", "))")
        }
        var draft = TaskDraft()
        for name in members.keys.filter({ !Self.members.contains($0) }).sorted() {
            let known = Self.members.joined(separator: ", ")
            draft.faults.append(.init(name, "is not a member of a task; the members are \(known)"))
        }
        draft.template = self.name(members["template"])
        draft.parameters = members["parameters"] ?? .object([:])
        draft.priority = self.name(members["priority"])
        draft.picture = self.picture(members["image"], &draft.faults)
        draft.labels = TaskLabels.read(members["labels"], &draft.faults)
        draft.origin = self.origin(members["derived_from"], &draft.faults)
        draft.webhook = TaskWebhook(members["webhook"], &draft.faults)
        return draft
    }

    /// A value that is not a string is converted to text: it names no template or class, so validation will list the
    /// existing ones.
    private func name(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        return value.string ?? value.text
    }

    private func origin(_ value: JSONValue?, _ faults: inout [WebError.Field]) -> TaskID? {
        guard let value, !value.isNull else { return nil }
        if let id = value.string.flatMap({ TaskID($0) }) { return id }
        faults.append(.init("derived_from", "must be the id of a task"))
        return nil
    }

    private func picture(_ value: JSONValue?, _ faults: inout [WebError.Field]) -> PictureSource? {
        guard let value, !value.isNull else { return nil }
        if let url = value.string { return .url(url) }
        if let id = value["upload_id"]?.string, value.object?.count == 1 { return .upload(id) }
        if let id = value["task_id"]?.string, value.object?.count == 1 { return .task(id) }
        faults.append(
            .init(
                "image",
                "must be a URL, a data URL, or an object with the upload_id of an upload or the task_id of a task"
            )
        )
        return nil
    }
}
