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
    private let locks = KeyedLocks<ReplayName>()
    private var refusedTries = RefusedTries()

    private struct ReplayName: Hashable {
        let user: String
        let digest: [UInt8]
    }

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
            let accepted = try await self.take(Candidate(draft: draft, request: request, user: user, trace: trace))
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

    /// Runs what precedes a submission, and remembers a first try that is refused there.
    func prepare<Draft: Sendable>(
        for request: WebRequest,
        _ body: @LoopActor () async throws -> Draft
    ) async throws -> Draft {
        do {
            return try await body()
        } catch {
            if case .counted(0, let sender)? = try? ReplayKey(request) { self.note(error, of: sender) }
            throw error
        }
    }

    /// What is not temporary is not tried again.
    private func note(_ refusal: any Error, of name: [UInt8]) {
        if WebError(for: refusal).isTemporary { self.refusedTries.note(name, at: .now) }
    }

    private func take(_ candidate: Candidate) async throws -> AcceptedTask {
        // The headers of a client that has left are gone: its submission would be stored without its key, and then
        // again when it is repeated.
        try Task.checkCancellation()
        guard let replay = try ReplayKey(candidate.request) else {
            return try await self.accept(candidate, under: nil)
        }
        var key = replay.key(for: candidate.draft.fingerprint)
        if case .counted(1..., let sender) = replay {
            key.takesOver = self.refusedTries.take(key.digest, at: .now) || self.refusedTries.take(sender, at: .now)
        }
        if key.takesOver { return try await self.acceptFirstTry(candidate, under: key) }
        // No task was created from a body with faults, so it repeats none.
        if !candidate.draft.faults.isEmpty { _ = try candidate.draft.check(self.catalog, self.classes) }
        return try await self.locks.withLock(ReplayName(user: candidate.user, digest: key.digest)) {
            do {
                if let earliest = replay.earliest(before: candidate.created) {
                    try await self.store.release(key, of: candidate.user, heldBefore: earliest)
                }
                if let earlier = try await self.earlier(candidate.user, key) { return earlier }
            } catch let error as WebError where error.code == WebError.taskDeleted.code && !replay.isNamed {
                // An older video with the same content, not this submission's.
                try await self.release(key, for: candidate)
            }
            return try await self.accept(candidate, under: key)
        }
    }

    /// Frees the key when it fails: else the client's second try would be taken for a replay of an older submission
    /// like this one. After a refusal, which other failures are not, the second try is none of a newer one either.
    private func acceptFirstTry(_ candidate: Candidate, under key: IdempotencyKey) async throws -> AcceptedTask {
        do {
            return try await self.accept(candidate, under: key)
        } catch {
            if error is WebError { self.note(error, of: key.digest) }
            if WebError(for: error).isTemporary { try? await self.release(key, for: candidate) }
            throw error
        }
    }

    private func release(_ key: IdempotencyKey, for candidate: Candidate) async throws {
        try await self.store.release(key, of: candidate.user, heldBefore: candidate.created)
    }

    private func accept(_ candidate: Candidate, under key: IdempotencyKey?) async throws -> AcceptedTask {
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

    /// The result of the submission that holds `key`; nil when there is none. Throws 422 when its content was
    /// different, and 410 when its task was deleted.
    private func earlier(_ user: String, _ key: IdempotencyKey) async throws -> AcceptedTask? {
        guard let earlier = try await self.store.submission(of: user, under: key) else { return nil }
        guard earlier.fingerprint == key.fingerprint else { throw WebError.keyReused }
        guard let row = try await self.store.task(earlier.task, user: user) else { throw WebError.taskDeleted }
        return AcceptedTask(task: NewTask(row), position: earlier.position, isReplay: true)
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
