/// A kind of Kubernetes object that a template can start.
protocol JobKind: Sendable {
    var apiVersion: String { get }
    var kind: String { get }
    var resource: JobResource { get }

    /// Reports everything that would keep such a job from running correctly.
    func check(_ job: TemplateCursor)

    /// The parameters that determine the job's number of GPUs, in the job's order.
    func sizingParameters(of job: TemplateCursor) -> [String]

    /// A rendered job without parts that turned out to be empty.
    func trimmed(_ job: JSONValue) -> JSONValue

    /// The pods of a rendered job.
    func replicas(of job: JSONValue) throws(TemplateError) -> [JobReplica]
}
