internal import MaaSCore

/// Faults of real clusters that can be injected, to test how clients cope.
///
/// `PUT /debug/faults` with any of the members below; omitted ones are off.
struct FaultPlan: Sendable, Hashable {
    /// Creating a job fails as if the operator's webhook did not answer.
    var hasWebhookOutage = false
    /// The operator does nothing, and its webhook does not answer.
    var isOperatorDown = false
    /// Seconds before the operator handles a new job.
    var statusDelay = 0
    /// Seconds a pod stays Terminating after its containers have ended.
    var terminatingDelay = 0
    /// Unreachable nodes: their pods are evicted, and linger until the node is back.
    var lostNodes: Set<String> = []
    /// GPUs, by index, that HAMi reports as unhealthy.
    var unhealthyGPUs: [String: Set<Int>] = [:]
    /// In order: the first that matches a request applies.
    var requests: [RequestFault] = []

    init() {}

    /// Parses the document of a request; throws `BadRequest` for an unknown member.
    init(_ document: JSONValue) throws(APIStatus) {
        for (name, value) in document.object ?? [:] {
            switch (name, value) {
            case ("webhook_outage", .bool(let flag)): self.hasWebhookOutage = flag
            case ("operator_down", .bool(let flag)): self.isOperatorDown = flag
            case ("status_delay_s", .integer(let seconds)): self.statusDelay = Int(seconds)
            case ("terminating_delay_s", .integer(let seconds)): self.terminatingDelay = Int(seconds)
            case ("lost_nodes", .array(let names)): self.lostNodes = Set(names.compactMap(\.string))
            case ("unhealthy_gpus", .object(let nodes)):
                self.unhealthyGPUs = nodes.mapValues { Set(($0.array ?? []).compactMap { $0.integer.map { Int($0) } }) }
            case ("requests", .array(let faults)):
                for fault in faults { self.requests.append(try RequestFault(fault)) }
            default:
                throw APIStatus(
                    .badRequest,
                    "\(name): the faults are webhook_outage and operator_down (true or false), status_delay_s and "
                        + "terminating_delay_s (whole numbers), lost_nodes (names), unhealthy_gpus (indexes by node) and "
                        + "requests (objects with effect, verb, resource, seconds, count)"
                )
            }
        }
    }

    /// The plan as a document, for reading it back.
    var document: JSONValue {
        [
            "webhook_outage": .bool(self.hasWebhookOutage),
            "operator_down": .bool(self.isOperatorDown),
            "status_delay_s": .integer(Int64(self.statusDelay)),
            "terminating_delay_s": .integer(Int64(self.terminatingDelay)),
            "lost_nodes": .array(self.lostNodes.sorted().map { .string($0) }),
            "unhealthy_gpus": .object(
                self.unhealthyGPUs.mapValues { .array($0.sorted().map { .integer(Int64($0)) }) }
            ),
            "requests": .array(self.requests.map(\.document)),
        ]
    }

    /// Whether jobs cannot be created because the webhook is down.
    var isWebhookDown: Bool { self.hasWebhookOutage || self.isOperatorDown }

    /// Returns and counts the fault that applies to this request; nil when none does.
    mutating func takeFault(on verb: APIVerb, _ resource: String) -> RequestFault? {
        guard let index = self.requests.firstIndex(where: { $0.meets(verb, resource) }) else { return nil }
        let fault = self.requests[index]
        if let remaining = fault.remaining {
            self.requests[index].remaining = remaining - 1
            if remaining == 1 { self.requests.remove(at: index) }
        }
        return fault
    }

    /// The answer to a creation during an outage, which dispatchers must treat as temporary.
    static let webhookOutage = APIStatus(
        .internalError,
        "Internal error occurred: failed calling webhook \"\(PyTorchJobAdmission.webhook)\": "
            + "failed to call webhook: Post "
            + "\"https://training-operator.kubeflow.svc:443/validate-kubeflow-org-v1-pytorchjob?timeout=10s\": "
            + "dial tcp 127.0.0.1:443: connect: connection refused"
    )
}
