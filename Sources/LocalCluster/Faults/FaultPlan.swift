internal import MaaSCore

/// Misbehaviour of real clusters that can be switched on, so that clients can be held to it.
///
/// `PUT /debug/faults` with any of the members below; what is left out is off.
struct FaultPlan: Sendable, Hashable {
    /// Creating a job fails as when the operator's webhook does not answer.
    var hasWebhookOutage = false
    /// The operator does nothing, and its webhook does not answer.
    var isOperatorDown = false
    /// Seconds the operator takes before it looks at a new job.
    var statusDelay = 0
    /// Seconds a pod stays Terminating after its containers have ended.
    var terminatingDelay = 0
    /// Nodes that nobody hears of: their pods are taken away, and linger until the node is back.
    var lostNodes: Set<String> = []
    /// GPUs, by index, that HAMi reports as unhealthy.
    var unhealthyGPUs: [String: Set<Int>] = [:]
    /// In order: the first that meets a request decides.
    var requests: [RequestFault] = []

    init() {}

    /// Reads the document of a request; throws `BadRequest` for a member it does not know.
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

    /// What the plan says, as it is read.
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

    /// Whether jobs cannot be created because nobody checks them.
    var isWebhookAway: Bool { self.hasWebhookOutage || self.isOperatorDown }

    /// The fault that meets this request, which is counted; nil when it fares well.
    mutating func takeFault(on verb: APIVerb, _ resource: String) -> RequestFault? {
        guard let index = self.requests.firstIndex(where: { $0.meets(verb, resource) }) else { return nil }
        let fault = self.requests[index]
        if let remaining = fault.remaining {
            self.requests[index].remaining = remaining - 1
            if remaining == 1 { self.requests.remove(at: index) }
        }
        return fault
    }

    /// The answer to a creation during an outage; dispatchers have to take it for a passing fault.
    static let webhookOutage = APIStatus(
        .internalError,
        "Internal error occurred: failed calling webhook \"\(JobAdmission.webhook)\": failed to call webhook: Post "
            + "\"https://training-operator.kubeflow.svc:443/validate-kubeflow-org-v1-pytorchjob?timeout=10s\": "
            + "dial tcp 127.0.0.1:443: connect: connection refused"
    )
}
