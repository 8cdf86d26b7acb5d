internal import MaaSControl
internal import MaaSCore

/// Takes a task from a draft to a durable row, whichever face the draft came by.
///
/// The order is what makes it safe to break off anywhere: the picture is stored before the row that names it, and the
/// bell is rung after the row is there. Without the bell the dispatcher finds the row when it next sweeps.
@LoopActor
final class Submission {
    private let configuration: MaaSConfiguration.APIGateway
    private let catalog: TemplateCatalog
    private let classes: PriorityClasses
    private let store: TaskStore
    private let objects: ObjectStore
    private let notifier: TaskNotifier
    private let queue: QueueWatch
    private let idempotency: IdempotencyKeys
    private let logger: Logger

    init(
        configuration: MaaSConfiguration.APIGateway,
        catalog: TemplateCatalog,
        classes: PriorityClasses,
        store: TaskStore,
        objects: ObjectStore,
        notifier: TaskNotifier,
        queue: QueueWatch,
        idempotency: IdempotencyKeys,
        logger: Logger
    ) {
        self.configuration = configuration
        self.catalog = catalog
        self.classes = classes
        self.store = store
        self.objects = objects
        self.notifier = notifier
        self.queue = queue
        self.idempotency = idempotency
        self.logger = logger
    }

    /// Checks `draft` and makes it a task of `user`. `request` tells whether it repeats an earlier one.
    func submit(_ draft: TaskDraft, from request: WebRequest, user: String) async throws -> AcceptedTask {
        let checked = try draft.check(self.catalog, self.classes)
        if checked.picture == nil, draft.picture != nil {
            throw draft.invalid([.init("image", "must be a part of the form")])
        }
        let created = Timestamp.now()
        let reservation = try await self.idempotency.reserve(request, user: user, draft: draft)
        if let reservation, !reservation.isNew, let row = try await self.store.task(reservation.id, user: user) {
            return AcceptedTask(task: NewTask(row), position: nil, isReplay: true)
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
            input: try await self.store(checked.picture, of: id),
            created: created
        )
        try await self.store.submit(task)
        self.notifier.ring(.submit(id))
        self.logger.info(
            "task accepted",
            [.task: "\(id)", .template: task.template, .user: user, .request: request.id]
        )
        return AcceptedTask(task: task, position: position, isReplay: false)
    }

    private func store(_ picture: PictureFile?, of id: TaskID) async throws -> TaskInput? {
        guard let picture else { return nil }
        let key = "inputs/\(id)/image"
        let type = picture.content.format.rawValue
        try await self.objects.put(key, from: picture.file.path, contentType: type)
        return TaskInput(
            key: key,
            size: Int64(picture.file.count),
            sha256: Hexadecimal.encode(picture.file.digest),
            contentType: type
        )
    }
}

extension NewTask {
    /// The task as it was submitted.
    fileprivate init(_ row: TaskRow) {
        self.init(
            id: row.id,
            user: row.user,
            template: row.template,
            parameters: row.parameters,
            priority: row.priority,
            input: row.input,
            created: row.created
        )
    }
}
