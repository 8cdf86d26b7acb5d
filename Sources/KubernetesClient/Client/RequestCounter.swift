internal import MaaSCore

/// Counts finished requests by verb, resource and HTTP status, which is `none` without an answer.
///
/// For a watch the last status counts, such as 410 in an ERROR event, after the status 200, for a version that is too
/// old.
@LoopActor
struct RequestCounter {
    /// Has these three labels; nil when not counted.
    private let counter: Counter?

    init(_ counter: Counter?) { self.counter = counter }

    func count(_ verb: RequestVerb, _ kind: ResourceKind, _ response: HTTPResponse) {
        self.count(verb, kind, status: "\(response.status)")
    }

    /// A cancelled request says nothing about the server, and is not counted.
    func count(_ verb: RequestVerb, _ kind: ResourceKind, _ error: KubernetesError) {
        if error.code == .cancelled { return }
        self.count(verb, kind, status: error.status == 0 ? "none" : "\(error.status)")
    }

    private func count(_ verb: RequestVerb, _ kind: ResourceKind, status: String) {
        self.counter?.increment(verb.rawValue, kind.plural, status)
    }
}
