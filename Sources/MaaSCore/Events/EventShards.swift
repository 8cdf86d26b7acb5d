/// The event streams: `maas:events:0`, `maas:events:1` and so on. All events of a task are in one stream, so they stay
/// in order.
package struct EventShards: Sendable, Hashable {
    /// The names of the streams, in order.
    package let names: [String]

    package init(_ configuration: MaaSConfiguration.Events) {
        self.names = (0..<configuration.shards).map { "\(configuration.eventStream):\($0)" }
    }

    package func stream(of task: TaskID) -> String { self.names[self.shard(of: task)] }

    /// The index of a task's stream: the 32-bit FNV-1a hash of its id, modulo their number. All producers must compute
    /// the same, whatever their language.
    package func shard(of task: TaskID) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in task.characters { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash % UInt32(self.names.count))
    }
}
