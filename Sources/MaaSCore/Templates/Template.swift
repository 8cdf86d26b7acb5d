/// A model's template: its parameters, and the job that runs it.
///
/// A template file has two YAML documents: a header, and the job with `{{ placeholders }}`. Everything that can be
/// validated before the first task is validated on loading; see `docs/templates.md`.
package struct Template: Sendable {
    private let header: TemplateHeader
    private let job: TemplateNode
    private let kind: any JobKind
    /// The parameters that determine a job's number of GPUs.
    private let sizing: [String]

    init(header: TemplateHeader, job: TemplateNode, kind: any JobKind, sizing: [String]) {
        self.header = header
        self.job = job
        self.kind = kind
        self.sizing = sizing
    }

    /// The kind of its job.
    package var resource: JobResource { self.kind.resource }

    /// The name that users give for `template`.
    package var name: String { self.header.name }
    package var title: String { self.header.title }
    package var inputs: TemplateInputs { self.header.inputs }
    package var limits: TemplateLimits { self.header.limits }
    package var api: TemplateAPI { self.header.api }

    func definition(of parameter: String) -> ParameterDefinition? { self.header.parameters[parameter] }

    /// The public description: an element of `GET /v1/templates`.
    package var published: JSONValue {
        var members = self.header.annotations
        members["name"] = .string(self.name)
        members["title"] = .string(self.title)
        members["description"] = self.header.summary.map(JSONValue.string)
        members["parameters"] = self.header.parameters.json
        members["inputs"] = self.inputs.json
        return .object(members)
    }

    /// Validates the parameters of a task, and returns them with defaults filled in.
    ///
    /// - Throws: All faults, each with the parameter's name and what would be right.
    package func validate(_ parameters: JSONValue) throws(ParameterFaults) -> JSONValue {
        let checked = try self.header.parameters.checked(parameters)
        if let message = self.gpuFault(of: checked) {
            throw ParameterFaults([ParameterFault(path: self.sizing.first ?? "", message: message)])
        }
        return checked
    }

    /// The parameters of a task that was validated earlier, with the defaults of those that were added to the template
    /// since.
    package func completed(_ parameters: JSONValue) -> JSONValue { self.header.parameters.completed(parameters) }

    /// Parameters as a task may have them, for a job that nobody asked for. A pattern or a length may forbid them.
    package var sampleParameters: JSONValue { self.header.parameters.sample }

    /// The fault in the number of GPUs that `parameters` lead to; nil when there is none, or it cannot be determined
    /// yet.
    func gpuFault(of parameters: JSONValue) -> String? {
        guard let allowed = self.limits.gpus, let replicas = try? self.replicas(for: parameters) else { return nil }
        let gpus = replicas.reduce(0) { $0 + $1.gpus }
        if allowed.contains(gpus) { return nil }
        let others = self.sizing.dropFirst().map { "\($0) \(parameters[$0]?.plainText ?? "")" }
        let together = others.isEmpty ? "" : " with \(others.joined(separator: ", "))"
        let choices = allowed.map(String.init).joined(separator: ", ")
        return "makes a job of \(gpus) GPUs\(together); \(self.name) can use \(choices)"
    }

    /// The estimated run time of one attempt.
    package func estimate(for parameters: JSONValue) -> Duration {
        self.header.estimate.duration(of: parameters)
    }

    /// The name of an attempt's job, which makes it unique.
    package func jobName(task: TaskID, attempt: Int) -> String {
        JobName.make(prefix: self.header.jobPrefix, task: task, attempt: attempt)
    }

    /// Renders the job of an attempt.
    ///
    /// - Throws: ``TemplateError`` when the parameters are not the result of ``validate(_:)``.
    package func render(_ input: RenderInput) throws(TemplateError) -> RenderedJob {
        let name = input.jobName ?? self.jobName(task: input.taskID, attempt: input.attempt)
        guard let object = self.job.rendered(with: input.values(jobName: name)) else {
            throw TemplateError(.missingValue, "a parameter that the template \(self.name) needs is missing")
        }
        let trimmed = self.kind.trimmed(object)
        return RenderedJob(
            name: name,
            resource: self.kind.resource,
            object: trimmed,
            replicas: try self.kind.replicas(of: trimmed)
        )
    }

    /// The pods of a task and their GPUs, known before its first attempt.
    package func replicas(for parameters: JSONValue) throws(TemplateError) -> [JobReplica] {
        let task = TaskID(time: Timestamp(milliseconds: 0), random: Array(repeating: 0, count: 10))
        return try self.render(RenderInput(taskID: task, attempt: 1, namespace: "", parameters: parameters)).replicas
    }
}
