internal import MaaSCore

/// What a request does with resources, in the words of Kubernetes.
enum APIVerb: String, Sendable, CaseIterable {
    case create, get, list, watch, update, patch, delete

    /// Nil for a method that is none of these.
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
