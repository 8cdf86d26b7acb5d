@testable internal import APIGateway
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Authentication cache")
struct AuthenticationCacheTests {
    private let ada = Caller(user: "ada", scopes: [.read], key: "k1", expires: nil)

    @Test func entriesExpire() {
        var cache = AuthenticationCache()
        let now = ContinuousClock.now
        cache[[1], now] = .some(self.ada)
        cache[[2], now] = .some(nil)
        #expect(cache[[1], now] == .some(self.ada))
        #expect(cache[[2], now] == .some(nil))
        #expect(cache[[3], now] == .none)
        #expect(cache[[2], now + .seconds(3)] == .none)
        #expect(cache[[1], now + .seconds(9)] == .some(self.ada))
        #expect(cache[[1], now + .seconds(11)] == .none)
    }

    @Test(
        arguments: [
            (Revocation(key: "k1", user: "ada"), false), (Revocation(key: "k2", user: "ada"), true),
            (Revocation(key: nil, user: "ada"), false), (Revocation(key: "k1", user: "bob"), true),
            (Revocation(key: nil, user: "bob"), true),
        ]
    )
    func revokedAccessIsEvicted(_ revocation: Revocation, _ isKept: Bool) {
        var cache = AuthenticationCache()
        let now = ContinuousClock.now
        cache[[1], now] = .some(self.ada)
        cache[[2], now] = .some(nil)
        cache.drop(revocation)
        #expect((cache[[1], now] == .some(self.ada)) == isKept)
        #expect(cache[[2], now] == .some(nil))
    }

    @Test(
        arguments: [("Bearer abc", "abc"), ("bearer  abc", "abc"), ("Basic abc", nil), ("Bearer", nil), ("", nil)]
            as [(String, String?)]
    )
    func keysAreReadFromTheHeader(_ header: String, _ key: String?) {
        #expect(APIKey(authorization: header)?.text == key)
    }

    @Test func theQueueIsCountedByClass() {
        var depth = QueueDepth(["ada": [.high: 2, .normal: 3], "bob": [.low: 4]])
        depth.add(.normal, user: "bob")
        #expect(depth.position(ofLast: .high) == 2)
        #expect(depth.position(ofLast: .normal) == 6)
        #expect(depth.position(ofLast: .low) == 10)
        #expect(depth.waiting(of: "bob") == 5)
        #expect(depth.waiting(of: "eve") == 0)
    }
}
