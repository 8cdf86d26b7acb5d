internal import MaaSCore

extension AccessScope {
    /// The scope required by a request's method, unless its route says otherwise: `read` for reading, `submit` for all
    /// else.
    init(neededFor method: HTTPMethod) { self = [.get, .head].contains(method) ? .read : .submit }
}
