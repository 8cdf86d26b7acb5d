internal import Dispatching
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Makes jobs out of tasks: what one will cost before it is made, and the job itself.
@LoopActor
final class JobPlanner {
    private let templates: TemplateCatalog
    private let configuration: MaaSConfiguration
    private let objects: ObjectStore
    private let tokens: EventToken

    /// What the end of a job may take after its deadline: the pods' grace periods.
    private static let lingering = Duration.seconds(300)

    init(templates: TemplateCatalog, configuration: MaaSConfiguration, objects: ObjectStore) {
        self.templates = templates
        self.configuration = configuration
        self.objects = objects
        self.tokens = EventToken(secret: configuration.events.secrets)
    }

    /// The kinds of objects that jobs are.
    var resources: Set<JobResource> { self.templates.resources }

    /// A queued task with what its next attempt will ask of the cluster.
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

    /// A running task. Its row says what its job is called and holds, whatever became of the template.
    func running(_ row: TaskRow) -> RunningTask {
        let plan = try? self.plan(row, attempt: row.attempt)
        return RunningTask(
            attempt: AttemptID(task: row.id, number: row.attempt),
            forgiven: row.forgiven,
            user: row.user,
            priority: row.priority,
            startedAt: row.started ?? row.updated,
            jobUID: row.jobUID,
            isCancelRequested: row.cancelRequested != nil,
            stop: row.stop.map(StopReason.init),
            expectedEnd: row.progress?.etaSeconds.map { row.updated + .seconds($0) },
            plan: JobPlan(
                jobName: row.jobName ?? plan?.jobName ?? "",
                workload: plan?.workload ?? Workload(template: row.template),
                demand: plan.map(\.demand).flatMap { $0.gpus == row.gpus ? $0 : nil }
                    ?? Demand(gpusPerPod: [row.gpus ?? 0]),
                expectedDuration: plan?.expectedDuration ?? .seconds(600),
                timeLimit: plan?.timeLimit ?? .seconds(86_400)
            )
        )
    }

    /// What a finished task teaches the duration of; nil when its template is no longer there.
    func lesson(_ row: TaskRow) -> JobPlan? { try? self.plan(row, attempt: row.attempt) }

    private func plan(_ row: TaskRow, attempt number: Int) throws(TemplateError) -> JobPlan {
        let template = try self.template(of: row)
        let demand = Demand(try template.replicas(for: row.parameters))
        return JobPlan(
            jobName: template.jobName(task: row.id, attempt: number),
            workload: Self.workload(of: row, gpus: demand.gpus),
            demand: demand,
            expectedDuration: template.estimate(for: row.parameters),
            timeLimit: template.limits.time
        )
    }

    /// By the parameters that all templates of video models have, as docs/templates.md names them.
    private static func workload(of row: TaskRow, gpus: Int) -> Workload {
        Workload(
            template: row.template,
            size: row.parameters["size"]?.string ?? "",
            frames: row.parameters["frames"]?.integer.map { Int($0) } ?? 0,
            steps: row.parameters["steps"]?.integer.map { Int($0) } ?? 0,
            gpus: gpus
        )
    }

    /// The job of an attempt, with links and a token that are good for this attempt only.
    func job(of task: TaskRow, attempt: AttemptID) throws -> RenderedJob {
        let template = try self.template(of: task)
        // No link outlives the attempt: past its deadline the job is ended.
        let deadline = template.limits.time + self.configuration.dispatcher.deadlineSlack
        let lifetime = min(self.configuration.objectStore.jobLinkLifetime, deadline + Self.lingering)
        var input = RenderInput(
            taskID: task.id,
            attempt: attempt.number,
            namespace: self.configuration.kubernetes.namespace,
            parameters: task.parameters
        )
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

    /// Of what was asked for, not of the job: its links are new each time it is rendered.
    private static func digest(of task: TaskRow) -> String {
        let request: JSONValue = [
            "template": .string(task.template), "parameters": task.parameters,
            "input": task.input.map { .string($0.key) } ?? .null,
        ]
        return Hexadecimal.encode(SHA256.digest(of: request.text))
    }

    private func template(of task: TaskRow) throws(TemplateError) -> Template {
        guard let template = self.templates[task.template] else {
            throw TemplateError(.missingValue, "the template \(task.template) is not there any more")
        }
        return template
    }
}
