internal import MaaSCore

/// Counts requests that have ended by verb, resource and HTTP status; `none` is the status of one without an answer.
///
/// Of a watch the server's last word counts: 410 in an ERROR event, after the status 200, for a version that is too old.
@LoopActor
struct RequestCounter {
    /// Its labels are those three; nil where nobody asks.
    private let counter: Counter?

    init(_ counter: Counter?) { self.counter = counter }

    func count(_ verb: RequestVerb, _ kind: ResourceKind, _ response: HTTPResponse) {
        self.count(verb, kind, status: "\(response.status)")
    }

    /// A request that was called back says nothing of the server, and is not counted.
    func count(_ verb: RequestVerb, _ kind: ResourceKind, _ error: KubernetesError) {
        if error.code == .cancelled { return }
        self.count(verb, kind, status: error.status == 0 ? "none" : "\(error.status)")
    }

    private func count(_ verb: RequestVerb, _ kind: ResourceKind, status: String) {
        self.counter?.increment(verb.rawValue, kind.plural, status)
    }
}
