internal import MaaSControl
internal import MaaSCore

/// Turns a draft of any API into a durable task.
///
/// The order makes it safe to crash anywhere: the picture is stored before the row that names it, and its removal is
/// scheduled before that; the webhook is stored before its task, and the bell is rung after the row is committed. If
/// the bell is lost, the dispatcher finds the row with its next sweep.
@LoopActor
final class Submission {
    private let catalog: TemplateCatalog
    private let classes: PriorityClasses
    private let store: TaskStore
    private let objects: ObjectStore
    private let pictures: PictureLoader
    private let notifier: TaskNotifier
    private let queue: QueueEstimator
    private let metrics: SubmissionMetrics
    /// Nil when webhooks are disabled.
    private let keyring: WebhookKeyring?
    private let tracer: Tracer
    private let logger: Logger
    /// Submissions with the same idempotency key run one after the other, so that a repetition finds the first one's
    /// result. This is an optimization within one gateway; across gateways the database decides.
    private let locks = KeyedLocks<RepetitionName>()

    private struct RepetitionName: Hashable {
        let user: String
        let digest: [UInt8]
    }

    init(
        catalog: TemplateCatalog,
        classes: PriorityClasses,
        store: TaskStore,
        objects: ObjectStore,
        pictures: PictureLoader,
        notifier: TaskNotifier,
        queue: QueueEstimator,
        metrics: SubmissionMetrics,
        keyring: WebhookKeyring?,
        tracer: Tracer,
        logger: Logger
    ) {
        self.catalog = catalog
        self.classes = classes
        self.store = store
        self.objects = objects
        self.pictures = pictures
        self.notifier = notifier
        self.queue = queue
        self.metrics = metrics
        self.keyring = keyring
        self.tracer = tracer
        self.logger = logger
    }

    /// Validates `draft` and creates a task of `user`. If `request` repeats an earlier one, returns that one's task.
    func submit(_ draft: TaskDraft, from request: WebRequest, user: String) async throws -> AcceptedTask {
        let started = ContinuousClock.now
        let traceparent = request.headers["traceparent"]
        let span = self.tracer.begin("submit", traceparent: traceparent)
        // Without tracing, the client's trace context is passed on unchanged.
        let trace = span?.context ?? traceparent.flatMap { TraceContext($0) }
        do {
            let accepted = try await self.take(draft, from: request, user: user, trace: trace)
            self.metrics.count(accepted, since: started)
            if var span, !accepted.isReplay {
                span.attributes = TaskRow(accepted.task).spanAttributes
                self.tracer.end(span)
            }
            return accepted
        } catch {
            self.metrics.count(refusal: error)
            if let span { self.tracer.end(span, failure: (error as? WebError)?.code ?? "\(type(of: error))") }
            throw error
        }
    }

    private func take(
        _ draft: TaskDraft,
        from request: WebRequest,
        user: String,
        trace: TraceContext?
    ) async throws -> AcceptedTask {
        let created = Timestamp.now()
        // The headers of a client that has left are gone: its submission would be stored without its key, and then
        // again when it is repeated.
        try Task.checkCancellation()
        guard let repetition = try RepetitionKey(request) else {
            return try await self.accept(draft, from: request, user: user, key: nil, trace: trace, at: created)
        }
        let key = repetition.key(for: draft.fingerprint)
        guard repetition.mayBeRepetition else {
            do {
                return try await self.accept(draft, from: request, user: user, key: key, trace: trace, at: created)
            } catch {
                // Else the client's second try would be taken for a repetition of an older submission like this one.
                if WebError(for: error).isTemporary {
                    try? await self.store.release(key, of: user, heldBefore: created)
                }
                throw error
            }
        }
        // No task was created from a body with faults, so it repeats none.
        if !draft.faults.isEmpty { _ = try draft.check(self.catalog, self.classes) }
        return try await self.locks.withLock(RepetitionName(user: user, digest: key.digest)) {
            do {
                if let earlier = try await self.earlier(user, key) { return earlier }
            } catch let error as WebError where error.code == Self.deletedCode && !repetition.isNamed {
                // An older video with the same content, not this submission's.
                try await self.store.release(key, of: user, heldBefore: created)
            }
            return try await self.accept(draft, from: request, user: user, key: key, trace: trace, at: created)
        }
    }

    private func accept(
        _ draft: TaskDraft,
        from request: WebRequest,
        user: String,
        key: IdempotencyKey?,
        trace: TraceContext?,
        at created: Timestamp
    ) async throws -> AcceptedTask {
        let checked = try draft.check(self.catalog, self.classes)
        if draft.webhook != nil, self.keyring == nil {
            throw draft.invalid([.init("webhook", "is not supported: webhooks are not configured on this service")])
        }
        if !self.queue.isFresh(for: user) { try await self.queue.refresh(for: user) }
        let (position, limit) = try self.admit(checked.priority, user: user)
        var isStored = false
        defer { if !isStored { self.queue.withdraw(checked.priority, user: user) } }
        var key = key
        key?.position = position
        let id = TaskID.make()
        let input: TaskInput? =
            if let source = draft.picture {
                try await self.store(source, of: draft, checked, from: request, user: user, as: id)
            } else { nil }
        let task = NewTask(
            id: id,
            user: user,
            template: checked.template.name,
            parameters: checked.parameters,
            priority: checked.priority,
            input: input,
            origin: draft.origin,
            labels: draft.labels,
            trace: trace,
            created: created
        )
        let endpoint: String? =
            if let webhook = draft.webhook { try await self.add(webhook, of: id, user: user) } else { nil }
        isStored = try await self.store.submit(TaskSubmission(task, key: key, waitingLimit: limit))
        guard isStored else {
            await self.forgetPicture(of: task)
            if let endpoint { _ = try? await self.store.deleteWebhookEndpoint(endpoint, user: user) }
            if let key {
                if key.takesOver { try await self.store.release(key, of: user, heldBefore: created) }
                if let earlier = try await self.earlier(user, key) { return earlier }
            }
            throw Self.tooManyWaiting(limit)
        }
        self.notifier.ring(.submit([id]))
        if case .upload(let upload) = draft.picture { await self.pictures.uploads.noteUse(of: upload) }
        self.logger.info(
            "task accepted",
            [
                .task: "\(id)", .template: task.template, .user: user, .request: request.id,
                .trace: trace?.traceID,
            ]
        )
        return AcceptedTask(task: task, position: position, isReplay: false)
    }

    private static let deletedCode = "task_deleted"

    /// The result of the submission that holds `key`; nil when there is none. Throws 422 when its content was
    /// different.
    private func earlier(_ user: String, _ key: IdempotencyKey) async throws -> AcceptedTask? {
        guard let earlier = try await self.store.submission(of: user, under: key) else { return nil }
        guard earlier.fingerprint == key.fingerprint else {
            throw WebError(
                status: 422,
                code: "idempotency_key_reused",
                message: "this Idempotency-Key was used for another task"
            )
        }
        guard let row = try await self.store.task(earlier.task, user: user) else {
            throw WebError(status: 410, code: Self.deletedCode, message: "the task of this Idempotency-Key was deleted")
        }
        return AcceptedTask(task: NewTask(row), position: earlier.position, isReplay: true)
    }

    // MARK: The queue

    private func admit(_ priority: TaskPriority, user: String) throws -> (position: Int, limit: Int) {
        switch self.queue.admit(priority, user: user) {
        case .admitted(let position, let limit): return (position, limit)
        case .userIsFull(let limit): throw Self.tooManyWaiting(limit)
        case .systemIsFull:
            throw WebError(
                status: 503,
                code: "queue_full",
                message: "the queue is full: submit again when some tasks have started",
                headers: ["Retry-After": "30"]
            )
        }
    }

    private static func tooManyWaiting(_ limit: Int) -> WebError {
        WebError(
            status: 429,
            code: "too_many_waiting",
            message: "\(limit) of your tasks are waiting, the most allowed: submit again when some have started",
            headers: ["Retry-After": "10"]
        )
    }

    // MARK: The webhook

    /// Returns the endpoint's id. If the task is never created, a sweep removes the endpoint eventually.
    private func add(_ webhook: TaskWebhook, of task: TaskID, user: String) async throws -> String? {
        guard let keyring = self.keyring else { return nil }
        let endpoint = webhook.endpoint(of: task, user: user, keyring: keyring)
        _ = try await self.store.addWebhookEndpoint(endpoint)
        return endpoint.id
    }

    // MARK: The picture

    private func store(
        _ source: PictureSource,
        of draft: TaskDraft,
        _ checked: CheckedDraft,
        from request: WebRequest,
        user: String,
        as id: TaskID
    ) async throws -> TaskInput {
        if let picture = checked.picture { return try await self.store(picture, of: id) }
        do {
            let picture = try await self.pictures.load(source, for: user, of: request.body)
            return try await self.store(picture, of: id)
        } catch let fault as PictureFault {
            throw draft.invalid([.init("image", fault.message)])
        }
    }

    /// Best effort: its removal is scheduled.
    private func forgetPicture(of task: NewTask) async {
        guard let input = task.input else { return }
        do {
            try await self.objects.delete(input.key)
        } catch {
            self.logger.warning(
                "cannot delete the picture of a task that was not created",
                [.object: input.key, .error: "\(error)"]
            )
        }
    }

    private func store(_ picture: PictureFile, of id: TaskID) async throws -> TaskInput {
        let key = "inputs/\(id)/image"
        let type = picture.content.format.rawValue
        try await self.store.schedulePictureRemoval(key, of: id)
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
    /// The task as originally submitted.
    fileprivate init(_ row: TaskRow) {
        self.init(
            id: row.id,
            user: row.user,
            template: row.template,
            parameters: row.parameters,
            priority: row.priority,
            input: row.input,
            origin: row.origin,
            labels: row.labels,
            created: row.created
        )
    }
}
