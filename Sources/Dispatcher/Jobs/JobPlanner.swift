internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Plans the job of a task, before it is made, and renders it.
@LoopActor
final class JobPlanner {
    private let templates: TemplateCatalog
    private let configuration: MaaSConfiguration
    private let objects: ObjectStore
    private let tokens: EventToken

    /// How long a job may outlive its deadline: the pods' grace periods.
    private static let lingering = Duration.seconds(300)

    init(templates: TemplateCatalog, configuration: MaaSConfiguration, objects: ObjectStore) {
        self.templates = templates
        self.configuration = configuration
        self.objects = objects
        self.tokens = EventToken(secret: configuration.events.secrets)
    }

    /// The kinds of jobs that templates have.
    var templateResources: Set<JobResource> { self.templates.resources }

    /// A queued task with the demand of its next attempt.
    func queued(_ row: TaskRow) throws(TemplateError) -> QueuedTask {
        let id = AttemptID(task: row.id, number: row.attempt + 1)
        return QueuedTask(
            attempt: id,
            forgiven: row.forgiven,
            user: row.user,
            priority: row.priority,
            queuedAt: row.queued,
            notBefore: row.notBefore,
            plan: try self.plan(row, attempt: id.number)
        )
    }

    /// A running task. Its job's name and GPUs come from the row, whatever became of the template. A row that was begun
    /// only to be refused has no name; its template may be there again.
    func running(_ row: TaskRow) -> RunningTask {
        let plan = try? self.plan(row, attempt: row.attempt)
        // A job that is not recorded yet will be made from the template as it is now.
        let isDemandCurrent = row.jobUID == nil || plan?.demand.gpus == row.gpus
        return RunningTask(
            attempt: AttemptID(task: row.id, number: row.attempt),
            forgiven: row.forgiven,
            user: row.user,
            priority: row.priority,
            startedAt: row.started ?? row.updated,
            jobUID: row.jobUID,
            isCancelRequested: row.cancelRequested != nil,
            stop: row.stop.map(StopReason.init),
            expectedEnd: Self.expectedEnd(of: row),
            plan: JobPlan(
                jobName: Self.recordedName(of: row) ?? plan?.jobName ?? "",
                workload: plan?.workload ?? Workload(template: row.template),
                demand: (isDemandCurrent ? plan?.demand : nil) ?? Demand(gpusPerPod: [row.gpus ?? 0]),
                expectedDuration: plan?.expectedDuration ?? .seconds(600),
                timeLimit: plan?.timeLimit ?? .seconds(86_400)
            )
        )
    }

    /// When it should end according to its reports; nil before the first.
    static func expectedEnd(of row: TaskRow) -> Timestamp? {
        row.progress?.etaSeconds.map { row.updated + .seconds($0) }
    }

    /// The name that the attempt's job has, or will have, even if the template's prefix has changed since.
    private static func recordedName(of row: TaskRow) -> String? { row.jobName.flatMap { $0.isEmpty ? nil : $0 } }

    /// The plan to learn a finished task's duration under; nil when its template is gone.
    func finishedPlan(_ row: TaskRow) -> JobPlan? { try? self.plan(row, attempt: row.attempt) }

    private func plan(_ row: TaskRow, attempt number: Int) throws(TemplateError) -> JobPlan {
        let template = try self.template(of: row)
        let parameters = template.completed(row.parameters)
        let demand = Demand(try template.replicas(for: parameters))
        return JobPlan(
            jobName: template.jobName(task: row.id, attempt: number),
            workload: Self.workload(of: row.template, parameters, gpus: demand.gpus),
            demand: demand,
            expectedDuration: template.estimate(for: parameters),
            timeLimit: template.limits.time
        )
    }

    /// Uses the parameters common to all templates of video models (docs/templates.md).
    private static func workload(of template: String, _ parameters: JSONValue, gpus: Int) -> Workload {
        Workload(
            template: template,
            size: parameters["size"]?.string ?? "",
            frames: parameters["frames"]?.integer.map { Int($0) } ?? 0,
            steps: parameters["steps"]?.integer.map { Int($0) } ?? 0,
            gpus: gpus
        )
    }

    /// Renders the job of an attempt, with presigned URLs and a token that are valid for this attempt only.
    func job(of task: TaskRow, attempt: AttemptID) throws -> RenderedJob {
        let template = try self.template(of: task)
        // No URL outlives the attempt, as the job is ended at its deadline.
        let deadline = template.limits.time + self.configuration.dispatcher.deadlineSlack
        let lifetime = min(self.configuration.objectStore.jobLinkLifetime, deadline + Self.lingering)
        var input = RenderInput(
            taskID: task.id,
            attempt: attempt.number,
            namespace: self.configuration.kubernetes.namespace,
            parameters: template.completed(task.parameters)
        )
        input.jobName = Self.recordedName(of: task)
        input.eventToken = self.tokens.make(.pod, task: task.id, attempt: attempt.number)
        input.eventsURL = self.configuration.dispatcher.podRedisURL
        input.eventsStream = EventShards(self.configuration.events).stream(of: task.id)
        if let picture = task.input {
            input.inputURL = self.objects.presignGet(picture.key, lifetime: lifetime, for: .cluster)
            input.inputSize = "\(picture.size)"
            input.inputSHA256 = picture.sha256
        }
        let put = { (key: (TaskID, Int) -> String) in
            self.objects.presignPut(key(attempt.task, attempt.number), lifetime: lifetime)
        }
        input.outputKey = OutputKey.video(task: attempt.task, attempt: attempt.number)
        input.outputURL = put(OutputKey.video)
        input.outputCheckURL = self.objects.presignHead(input.outputKey, lifetime: lifetime)
        input.thumbnailURL = put(OutputKey.thumbnail)
        input.spritesheetURL = put(OutputKey.spritesheet)
        input.previewURL = put(OutputKey.preview)
        input.logURL = put(OutputKey.log)
        if let trace = task.trace {
            input.traceparent = trace.attempt(attempt.number).description
            let tracing = self.configuration.tracing
            input.traceEndpoint = tracing.podEndpoint ?? tracing.endpoint ?? ""
        }
        input.workerImage = self.configuration.images.worker
        input.reporterImage = self.configuration.images.reporter
        var job = try template.render(input)
        var annotations = job.object["metadata"]?["annotations"]?.object ?? [:]
        annotations[JobLabels.taskDigest] = .string(Self.digest(of: task))
        if let trace = task.trace { annotations[JobLabels.traceparent] = .string("\(trace)") }
        job.object["metadata"]?["annotations"] = .object(annotations)
        return job
    }

    /// Of the request, not of the job, whose URLs differ each time it is rendered.
    private static func digest(of task: TaskRow) -> String {
        let request: JSONValue = [
            "template": .string(task.template), "parameters": task.parameters,
            "input": JSONValue(task.input?.key),
        ]
        return Hexadecimal.encode(SHA256.digest(of: request.text))
    }

    private func template(of task: TaskRow) throws(TemplateError) -> Template {
        guard let template = self.templates[task.template] else {
            throw TemplateError(.missingValue, "the template \(task.template) no longer exists")
        }
        return template
    }
}
