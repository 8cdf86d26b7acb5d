/// A kind of Kubernetes object that a template can start.
protocol JobKind: Sendable {
    var apiVersion: String { get }
    var kind: String { get }
    var resource: JobResource { get }

    /// Reports everything that would keep such a job from running as it should.
    func check(_ job: TemplateCursor)

    /// The parameters that decide how many GPUs the job has in all, in the order of the job.
    func sizingParameters(of job: TemplateCursor) -> [String]

    /// A rendered job without what has turned out to be empty.
    func trimmed(_ job: JSONValue) -> JSONValue

    /// The pods a rendered job consists of.
    func replicas(of job: JSONValue) throws(TemplateError) -> [JobReplica]
}
