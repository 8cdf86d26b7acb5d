@testable internal import MaaSCore
internal import Testing

@Suite("Redis link")
struct RedisLinkTests {
    private let lost = RedisError(.connectionLost, "reset")

    @Test("Connects, shakes hands, and only then sends commands")
    func way() {
        var link = RedisLink()
        #expect(link.start() == [.connect])
        #expect(link.start() == [])
        #expect(link.handshakeDidSucceed() == [])
        #expect(link.connected() == [.handshake])
        #expect(link.handshakeDidSucceed() == [.flush])
        #expect(link.state == .ready)
    }

    @Test("Failures back off exponentially, and a working connection resets the backoff")
    func rests() throws {
        var link = RedisLink()
        _ = link.start()
        var delays: [Duration] = []
        for _ in 0..<4 {
            let actions = link.failed(self.lost)
            #expect(actions.first == .drop(self.lost))
            delays.append(try Self.rest(actions))
            #expect(link.failed(self.lost) == [], "a failure while it rests is one that was handled")
            #expect(link.rested() == [.connect])
        }
        #expect(delays[3] > delays[0] * 2)
        _ = link.connected()
        _ = link.handshakeDidSucceed()
        // A server that drops the connection right after the handshake is not called without pause.
        #expect(try Self.rest(link.failed(self.lost)) > delays[3])
        _ = link.rested()
        _ = link.connected()
        _ = link.handshakeDidSucceed()
        #expect(try Self.rest(link.failed(self.lost, hasServed: true)) < .milliseconds(51))
    }

    @Test("A rejected user fails waiting commands; a lost connection does not")
    func refusal() {
        var link = RedisLink()
        _ = link.start()
        _ = link.connected()
        let refused = RedisError(.authenticationFailed, "WRONGPASS")
        #expect(link.failed(refused).contains(.failWaiting(refused)))
        _ = link.rested()
        #expect(!link.failed(self.lost).contains(.failWaiting(self.lost)))
    }

    @Test("Nothing happens after a close")
    func close() {
        var link = RedisLink()
        _ = link.start()
        #expect(link.close().count == 2)
        #expect(link.close() == [])
        #expect(link.connected() == [])
        #expect(link.failed(self.lost) == [])
        #expect(link.rested() == [])
        #expect(link.start() == [])
    }

    @Test("The handshake judges each answer")
    func handshake() {
        let handshake = RedisHandshake(RedisConfiguration(username: "maas", password: "secret", database: 2))
        #expect(handshake.commands == [["AUTH", "maas", "secret"], ["SELECT", "2"], ["PING"]])
        let ok = RedisValue.string("OK")
        #expect(handshake.fault(in: [ok, ok, .string("PONG")]) == nil)
        #expect(handshake.fault(in: [.error("WRONGPASS no"), ok, ok])?.code == .authenticationFailed)
        #expect(handshake.fault(in: [ok, .error("ERR DB index is out of range"), ok])?.code == .invalidConfiguration)
        #expect(handshake.fault(in: [ok, ok, .error("LOADING Redis is loading")])?.isRetryable == true)
        #expect(
            handshake.fault(in: [ok, ok, .error("NOAUTH Authentication required.")])?.code == .authenticationFailed
        )
        #expect(handshake.fault(in: [ok, ok, .error("NOPERM no ping")]) == nil)
    }

    private static func rest(_ actions: [RedisLink.Action]) throws -> Duration {
        for case .connectAfter(let delay) in actions { return delay }
        throw RedisError(.unexpectedReply, "there is no rest in \(actions)")
    }
}
