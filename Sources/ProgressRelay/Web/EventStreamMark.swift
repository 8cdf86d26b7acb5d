internal import MaaSCore

/// How far a client on an event stream has seen each of the streams that its tasks are in: what it sends back as
/// `Last-Event-ID`. As text `<epoch>:<shard>-<seq>,<shard>-<seq>`.
struct EventStreamMark: Hashable {
    private var epoch = ""
    private var positions: [Int: EventPosition] = [:]

    init() {}

    /// Reads a mark; nil when it is none.
    init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2 else { return nil }
        self.epoch = String(parts[0])
        for position in parts[1].split(separator: ",") {
            let numbers = position.split(separator: "-")
            guard numbers.count == 2, let shard = Int(numbers[0]), let value = Int64(numbers[1]) else { return nil }
            self.positions[shard] = EventPosition(value: value)
        }
    }

    var text: String {
        let positions = self.positions.sorted { $0.key < $1.key }.map { "\($0.key)-\($0.value.value)" }
        return self.epoch + ":" + positions.joined(separator: ",")
    }

    func seen(of task: TaskID, in streams: EventShards) -> ClientOperation.Seen? {
        self.positions[streams.shard(of: task)].map { ClientOperation.Seen(epoch: self.epoch, position: $0) }
    }

    /// Takes in what the client is told.
    mutating func note(_ messages: [ServerMessage], epoch: String, in streams: EventShards) {
        self.epoch = epoch
        for message in messages {
            guard let shard = message.task.map(streams.shard) else { continue }
            // After a reset the stream counts from anywhere.
            if message.kind == "reset" { self.positions[shard] = nil }
            guard let position = message.position else { continue }
            self.positions[shard] = max(position, self.positions[shard] ?? position)
        }
    }
}
