internal import MaaSCore

/// The options of a deletion: `DeleteOptions` from the body or the query.
struct DeletionOptions: Sendable, Hashable {
    /// What happens to the objects that the deleted one owns.
    enum Propagation: String, Sendable {
        /// They are deleted first; the owner stays visible until they are gone.
        case foreground = "Foreground"
        /// The owner goes at once; they are collected afterwards.
        case background = "Background"
        /// They stay, without an owner.
        case orphan = "Orphan"
    }

    var propagation = Propagation.background
    /// Seconds between SIGTERM and SIGKILL; nil for the pod's own setting.
    var gracePeriodSeconds: Int?
    /// Delete only the object with this uid.
    var uid: String?
    /// Delete only this version of the object.
    var resourceVersion: String?
    var isDryRun = false

    init() {}

    /// Parses the document of a request.
    init(_ document: JSONValue) throws(APIStatus) {
        if let text = document.string(at: "propagationPolicy") { try self.setPropagation(text) }
        if let grace = document.integer(at: "gracePeriodSeconds") { try self.setGracePeriod(grace) }
        self.uid = document.string(at: "preconditions", "uid")
        self.resourceVersion = document.string(at: "preconditions", "resourceVersion")
        self.isDryRun = document.elements(at: "dryRun").contains(.string("All"))
    }

    /// Sets the policy from its name in a request.
    mutating func setPropagation(_ text: String) throws(APIStatus) {
        guard let propagation = Propagation(rawValue: text) else {
            throw APIStatus(
                .invalid,
                "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"\(text)\": "
                    + "must be one of Background, Foreground, Orphan"
            )
        }
        self.propagation = propagation
    }

    /// Sets the grace period; it cannot be negative.
    mutating func setGracePeriod(_ seconds: Int) throws(APIStatus) {
        guard seconds >= 0 else {
            throw APIStatus(.invalid, "gracePeriodSeconds: Invalid value: \(seconds): must be zero or more")
        }
        self.gracePeriodSeconds = seconds
    }
}
