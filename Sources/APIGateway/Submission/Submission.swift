internal import MaaSControl
internal import MaaSCore

/// Turns a draft of any API into a durable task.
///
/// The order makes it safe to crash anywhere: the picture is stored before the row that names it, and its removal is
/// scheduled before that; the webhook is stored before its task, and the bell is rung after the row is committed. If
/// the bell is lost, the dispatcher finds the row with its next sweep.
@LoopActor
final class Submission {
    let catalog: TemplateCatalog
    let classes: PriorityClasses
    let store: TaskStore
    private let pictures: InputPictures
    private let notifier: TaskNotifier
    private let queue: QueueEstimator
    private let metrics: SubmissionMetrics
    /// Nil when webhooks are disabled.
    private let keyring: WebhookKeyring?
    private let tracer: Tracer
    private let logger: Logger
    /// Submissions with the same idempotency key run one after the other, so that a replay finds the first one's
    /// result. This is an optimization within one gateway; across gateways the database decides.
    let locks = KeyedLocks<ReplayName>()
    var refusedTries = RefusedTries()

    init(
        catalog: TemplateCatalog,
        classes: PriorityClasses,
        store: TaskStore,
        pictures: InputPictures,
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
            let accepted = try await self.acceptOnce(
                Candidate(draft: draft, request: request, user: user, trace: trace)
            )
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

    func accept(_ candidate: Candidate, under key: IdempotencyKey?) async throws -> AcceptedTask {
        let (draft, user) = (candidate.draft, candidate.user)
        let checked = try draft.check(self.catalog, self.classes)
        if draft.webhook != nil, self.keyring == nil {
            throw draft.invalid([.init("webhook", "is not supported: webhooks are not configured on this service")])
        }
        if !self.queue.isFresh(for: user) { try await self.queue.refresh(for: user) }
        let (position, limit) = try self.admit(checked.priority, user: user)
        var isStored = false
        defer { if !isStored { self.queue.withdraw(checked.priority, user: user) } }
        let id = TaskID.make()
        let task = NewTask(
            id: id,
            user: user,
            template: checked.template.name,
            parameters: checked.parameters,
            priority: checked.priority,
            input: try await self.pictures.store(for: candidate, checked, as: id),
            origin: draft.origin,
            labels: draft.labels,
            trace: candidate.trace,
            created: candidate.created
        )
        let endpoint = try await self.addWebhook(of: candidate, as: id)
        var key = key
        key?.position = position
        isStored = try await self.store.submit(TaskSubmission(task, key: key, waitingLimit: limit))
        guard isStored else {
            if let input = task.input { await self.pictures.forget(input) }
            if let endpoint { _ = try? await self.store.deleteWebhookEndpoint(endpoint, user: user, ofTask: id) }
            if let key {
                if key.takesOver { try await self.release(key, for: candidate) }
                if let earlier = try await self.earlier(user, key) { return earlier }
            }
            throw WebError.tooManyWaiting(limit)
        }
        self.notifier.ring(.submit([id]))
        await self.pictures.noteUse(of: draft)
        self.logger.info(
            "task accepted",
            [
                .task: "\(id)", .template: task.template, .user: user, .request: candidate.request.id,
                .trace: candidate.trace?.traceID,
            ]
        )
        return AcceptedTask(task: task, position: position, isReplay: false)
    }

    private func admit(_ priority: TaskPriority, user: String) throws -> (position: Int, limit: Int) {
        switch self.queue.admit(priority, user: user) {
        case .admitted(let position, let limit): return (position, limit)
        case .userIsFull(let limit): throw WebError.tooManyWaiting(limit)
        case .systemIsFull: throw WebError.queueFull
        }
    }

    /// Returns the id of the endpoint of the candidate's own webhook; nil when it has none. If the task is never
    /// created, a sweep removes the endpoint eventually.
    private func addWebhook(of candidate: Candidate, as id: TaskID) async throws -> String? {
        guard let webhook = candidate.draft.webhook, let keyring = self.keyring else { return nil }
        let endpoint = webhook.endpoint(of: id, user: candidate.user, keyring: keyring)
        try await self.store.addWebhookEndpoint(endpoint)
        return endpoint.id
    }
}
