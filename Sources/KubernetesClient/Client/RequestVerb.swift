internal import MaaSCore

/// The verb of a request in Kubernetes' terms, as in roles and the audit log.
enum RequestVerb: String, Sendable {
    case create, get, list, watch, delete

    var method: HTTPMethod {
        switch self {
        case .create: .post
        case .get, .list, .watch: .get
        case .delete: .delete
        }
    }
}
