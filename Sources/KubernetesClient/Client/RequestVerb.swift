internal import MaaSCore

/// What is asked of the API server, in Kubernetes' own words: those of roles and of the audit log.
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
