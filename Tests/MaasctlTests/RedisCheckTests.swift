internal import MaaSCore
internal import Testing

@testable internal import Maasctl

@Suite("The doctor's look at Redis")
@LoopActor
struct RedisCheckTests {
    @Test("Another database is a fault, another way to the server is none")
    func difference() throws {
        let own = try RedisConfiguration(url: "redis://maas:x@redis:6379/2")
        #expect(RedisCheck.difference(own, try RedisConfiguration(url: "redis://pod:y@10.0.0.9:7000/2")) == nil)
        let other = RedisCheck.difference(own, try RedisConfiguration(url: "redis://pod:y@redis:6379"))
        #expect(other?.verdict == .warning)
    }
}
