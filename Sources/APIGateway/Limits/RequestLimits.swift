internal import MaaSControl
internal import MaaSCore

/// Enforces the request quotas of users and keys, and reports them in each response.
///
/// Each gateway counts for itself, so several together allow their number times the quota.
@LoopActor
final class RequestLimits {
    private var users: RequestLimiter<String>?
    private var keys: RequestLimiter<[UInt8]>?

    init(_ configuration: MaaSConfiguration.APIGateway) {
        self.users = RequestQuota("user", requests: configuration.userRequests).map(RequestLimiter.init)
        self.keys = RequestQuota("key", requests: configuration.keyRequests).map(RequestLimiter.init)
    }

    /// Counts a request of `user`, and of the key with this hash if it has one. Throws 429 when a quota is exceeded.
    func admit(_ request: WebRequest, user: String, key: [UInt8]?) throws(WebError) {
        let now = ContinuousClock.now
        var standings: [(quota: RequestQuota, bucket: TokenBucket)] = []
        if let quota = self.users?.quota, let bucket = self.users?.bucket(of: user, at: now) {
            standings.append((quota, bucket))
        }
        if let key, let quota = self.keys?.quota, let bucket = self.keys?.bucket(of: key, at: now) {
            standings.append((quota, bucket))
        }
        if standings.isEmpty { return }
        let used = standings.filter { $0.bucket.remaining == 0 }
        if used.isEmpty {
            self.users?.take(from: user)
            if let key { self.keys?.take(from: key) }
            for index in standings.indices { standings[index].bucket.take() }
        }
        request.responseHeaders["RateLimit-Policy"] = standings.map(\.quota.policy).joined(separator: ", ")
        request.responseHeaders["RateLimit"] = standings.map { $0.quota.state(of: $0.bucket) }.joined(separator: ", ")
        if let longest = used.max(by: { $0.bucket.secondsToNext < $1.bucket.secondsToNext }) {
            throw WebError(
                status: 429,
                code: "too_many_requests",
                message: "\(longest.quota.requests) requests in \(RequestQuota.window) s are allowed "
                    + "to this \(longest.quota.name)",
                headers: ["Retry-After": String(longest.bucket.secondsToNext)]
            )
        }
    }
}
