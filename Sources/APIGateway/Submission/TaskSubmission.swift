internal import MaaSControl
internal import MaaSCore

/// Takes a task from a request to a durable row.
///
/// The order is what makes it safe to break off anywhere: the picture is stored before the row that names it, and the
/// bell is rung after the row is there. Without the bell the dispatcher finds the row when it next sweeps.
@LoopActor
final class TaskSubmission {
    private let configuration: MaaSConfiguration.APIGateway
    private let catalog: TemplateCatalog
    private let store: TaskStore
    private let objects: ObjectStore
    private let notifier: TaskNotifier
    private let queue: QueueWatch
    private let idempotency: IdempotencyKeys
    private let logger: Logger

    init(
        configuration: MaaSConfiguration.APIGateway,
        catalog: TemplateCatalog,
        store: TaskStore,
        objects: ObjectStore,
        notifier: TaskNotifier,
        queue: QueueWatch,
        idempotency: IdempotencyKeys,
        logger: Logger
    ) {
        self.configuration = configuration
        self.catalog = catalog
        self.store = store
        self.objects = objects
        self.notifier = notifier
        self.queue = queue
        self.idempotency = idempotency
        self.logger = logger
    }

    /// What was accepted, and where it stands in the queue: 1 is next; nil when nobody knows.
    struct Accepted {
        let id: TaskID
        /// Of a submission that was repeated, what became of the first.
        let state: TaskState
        let created: Timestamp
        let position: Int?
    }

    func submit(_ request: WebRequest, user: String) async throws -> Accepted {
        let draft = try await self.read(request)
        let checked = try draft.check(self.catalog)
        let created = Timestamp.now()
        let reservation = try await self.idempotency.reserve(request, user: user, draft: draft)
        if let reservation, !reservation.isNew, let row = try await self.store.task(reservation.id, user: user) {
            return Accepted(id: row.id, state: row.state, created: row.created, position: nil)
        }
        let limit = self.configuration.waitingLimit
        guard let position = try await self.queue.admit(checked.priority, user: user, limit: limit) else {
            throw WebError(
                status: 429,
                code: "too_many_waiting",
                message: "\(limit) of your tasks are waiting, and no more may; submit again when some have begun",
                headers: ["Retry-After": "10"]
            )
        }
        let id = reservation?.id ?? TaskID.make()
        let task = NewTask(
            id: id,
            user: user,
            template: checked.template.name,
            parameters: checked.parameters,
            priority: checked.priority,
            input: try await self.storePicture(draft.picture, checked.picture, of: id),
            created: created
        )
        try await self.store.submit(task)
        self.notifier.ring(TaskBell(task: id, kind: .submit))
        self.logger.info(
            "task accepted",
            [.task: "\(id)", .template: task.template, .user: user, .request: request.id]
        )
        return Accepted(id: id, state: .queued, created: created, position: position)
    }

    private func read(_ request: WebRequest) async throws -> TaskDraft {
        guard request.contentType == "multipart/form-data" else {
            return TaskDraft(document: try await request.json(limit: self.configuration.bodyLimit.bytes), picture: nil)
        }
        var limits = MultipartForm.Limits()
        limits.fieldBytes = self.configuration.bodyLimit.bytes
        limits.fileBytes = self.configuration.imageLimit.bytes
        limits.parts = 8
        let form = try await MultipartForm.read(from: request, limits: limits) { $0.name == "image" }
        guard let field = form.field("task") else {
            throw WebError.invalid([.init("task", "is required: the part with the task as JSON")])
        }
        let unknown = form.fields.map(\.header.name).filter { $0 != "task" }
        guard unknown.isEmpty, form.fields.count == 1, form.files.count <= 1 else {
            throw WebError.invalid([.init(unknown.first ?? "form", "the form has one part task, and at most one image")]
            )
        }
        guard let document = try? JSONValue(parsing: field.bytes) else {
            throw WebError.badRequest("the part task is no JSON text", code: "malformed_json")
        }
        return TaskDraft(document: document, picture: form.file("image")?.file)
    }

    private func storePicture(_ file: TemporaryFile?, _ picture: Picture?, of id: TaskID) async throws -> TaskInput? {
        guard let file, let picture else { return nil }
        let key = "inputs/\(id)/image"
        let type = picture.format.rawValue
        try await self.objects.put(key, from: file.path, contentType: type)
        return TaskInput(
            key: key,
            size: Int64(file.count),
            sha256: Hexadecimal.encode(file.digest),
            contentType: type
        )
    }
}
