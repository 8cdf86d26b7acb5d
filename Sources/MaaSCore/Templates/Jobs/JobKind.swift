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

/// The kinds there are. A new one is a type of its own and an entry here.
enum JobKinds {
    static let all: [any JobKind] = [PyTorchJobKind(), BatchJobKind()]

    static func find(apiVersion: String?, kind: String?) -> (any JobKind)? {
        all.first { $0.apiVersion == apiVersion && $0.kind == kind }
    }
}
