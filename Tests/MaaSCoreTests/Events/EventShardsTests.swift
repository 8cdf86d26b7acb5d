internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Event shards")
struct EventShardsTests {
    @Test("Names, and a hash that other languages can compute")
    func names() throws {
        var configuration = MaaSConfiguration.Events()
        configuration.shards = 3
        let shards = EventShards(configuration)
        #expect(shards.names == ["maas:events:0", "maas:events:1", "maas:events:2"])
        // 32-bit FNV-1a of this text is 0x5417A9BC, as Python computes it.
        let task = try #require(TaskID("01hf7yat00041061050r3gg28a"))
        #expect(shards.stream(of: task) == "maas:events:\(0x5417_A9BC % 3)")
    }

    @Test("Tasks spread evenly")
    func spread() {
        let shards = EventShards(MaaSConfiguration.Events())
        var counts = [Int](repeating: 0, count: shards.names.count)
        var generator = SplitMix64(state: 7)
        for number in 0..<4000 {
            let random = (0..<10).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            counts[shards.shard(of: TaskID(time: Timestamp(milliseconds: Int64(number)), random: random))] += 1
        }
        #expect(counts.allSatisfy { (900...1100).contains($0) })
    }
}
