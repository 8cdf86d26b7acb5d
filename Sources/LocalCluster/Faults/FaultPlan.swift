import MaaSCore

/// Misbehaviour of real clusters that can be switched on, so that clients can be held to it.
///
/// `PUT /debug/faults` with any of the members below; what is left out is off.
struct FaultPlan: Sendable, Hashable {
    /// Creating a job fails as when the operator's webhook does not answer.
    var hasWebhookOutage = false
    /// Seconds the operator takes before it looks at a new job.
    var statusDelay = 0
    /// Seconds a pod stays Terminating after its containers have ended.
    var terminatingDelay = 0

    init() {}

    /// Reads the document of a request; throws `BadRequest` for a member it does not know.
    init(_ document: JSONValue) throws(APIStatus) {
        for (name, value) in document.object ?? [:] {
            switch (name, value) {
            case ("webhook_outage", .bool(let flag)): hasWebhookOutage = flag
            case ("status_delay_s", .integer(let seconds)): statusDelay = Int(seconds)
            case ("terminating_delay_s", .integer(let seconds)): terminatingDelay = Int(seconds)
            default:
                throw APIStatus(
                    .badRequest,
                    "\(name): the faults are webhook_outage (true or false), status_delay_s and terminating_delay_s (whole numbers)"
                )
            }
        }
    }

    /// What the plan says, as it is read.
    var document: JSONValue {
        [
            "webhook_outage": .bool(hasWebhookOutage),
            "status_delay_s": .integer(Int64(statusDelay)),
            "terminating_delay_s": .integer(Int64(terminatingDelay)),
        ]
    }

    /// The answer to a creation during an outage; dispatchers have to take it for a passing fault.
    static let webhookOutage = APIStatus(
        .internalError,
        "Internal error occurred: failed calling webhook \"\(JobAdmission.webhook)\": failed to call webhook: Post "
            + "\"https://training-operator.kubeflow.svc:443/validate-kubeflow-org-v1-pytorchjob?timeout=10s\": "
            + "dial tcp 127.0.0.1:443: connect: connection refused"
    )
}
