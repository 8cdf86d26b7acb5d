internal import Glibc
internal import MaaSControl
internal import MaaSCore

/// The log of API requests, one line each, in the format of Kubernetes' own audit log: `audit.k8s.io/v1`, level
/// `Metadata`. Several clusters may share a file.
@LoopActor
final class AuditLog {
    private let descriptor: CInt

    /// - Parameter path: the file to append to.
    init(path: String) throws(SetupError) {
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else {
            throw SetupError(message: "local_cluster.audit_log: cannot write \(path)")
        }
    }

    isolated deinit { close(self.descriptor) }

    /// Logs a request on arrival. On a full disk only the log entry is lost.
    func note(_ verb: APIVerb, _ resource: ResourcePath, _ request: WebRequest) {
        var object: JSONValue = [
            "resource": .string(resource.kind.plural), "apiGroup": .string(resource.kind.group),
            "apiVersion": .string(resource.kind.version),
        ]
        object["namespace"] = resource.namespace.map(JSONValue.string)
        object["name"] = resource.name.map(JSONValue.string)
        object["subresource"] = resource.subresource.map(JSONValue.string)
        let event: JSONValue = [
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": "Metadata",
            "stage": "RequestReceived",
            "requestURI": .string(request.path),
            "verb": .string(verb.rawValue),
            "userAgent": .string(request.headers["user-agent"] ?? ""),
            "objectRef": object,
            "requestReceivedTimestamp": .string(Timestamp.now().description),
        ]
        let line = event.encoded() + [UInt8(ascii: "\n")]
        _ = line.withUnsafeBytes { write(self.descriptor, $0.baseAddress, $0.count) }
    }
}
