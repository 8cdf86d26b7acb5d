internal import MaaSCore

/// The verb of a request, in Kubernetes' terms.
enum APIVerb: String, Sendable, CaseIterable {
    case create, get, list, watch, update, patch, delete

    /// Nil for any other method.
    init?(_ method: HTTPMethod, hasName: Bool, isWatch: Bool) {
        switch method {
        case .get, .head: self = isWatch ? .watch : hasName ? .get : .list
        case .post: self = .create
        case .put: self = .update
        case .patch: self = .patch
        case .delete: self = .delete
        default: return nil
        }
    }
}
