internal import MaaSCore

/// How far an event-stream client has seen each of its tasks' streams, which it sends back as `Last-Event-ID`. As text:
/// `<epoch>:<tasks>:<shard>-<seq>,<shard>-<seq>`.
struct EventStreamMark: Hashable {
    /// Identifies the set of tasks. A client that was told of one task has not seen another of the same stream, however
    /// far it has seen that.
    private let tasksDigest: String
    private var epoch = ""
    private var positions: [Int: EventPosition] = [:]
    /// Restarted tasks whose beginning has not been sent yet, by stream. A client that disconnects now lacks their
    /// state however far the stream's other tasks are, so the mark omits the stream until all have been sent.
    private var awaited: [Int: Set<TaskID>] = [:]

    /// Of a client that follows `tasks` and has seen nothing yet.
    init(of tasks: [TaskID]) {
        let names = tasks.sorted().map(\.description).joined(separator: ",")
        self.tasksDigest = Hexadecimal.encode(Array(SHA256.digest(of: names).prefix(8)))
    }

    /// Parses a mark; nil when it is malformed, or of other tasks than these.
    init?(_ text: String, of tasks: [TaskID]) {
        self.init(of: tasks)
        let parts = text.split(separator: ":")
        guard parts.count == 3, parts[1] == self.tasksDigest else { return nil }
        self.epoch = String(parts[0])
        for position in parts[2].split(separator: ",") {
            let numbers = position.split(separator: "-")
            guard numbers.count == 2, let shard = Int(numbers[0]), let value = Int64(numbers[1]) else { return nil }
            self.positions[shard] = EventPosition(value: value)
        }
    }

    var text: String {
        let positions = self.positions.filter { self.awaited[$0.key] == nil }
            .sorted { $0.key < $1.key }.map { "\($0.key)-\($0.value.value)" }
        return "\(self.epoch):\(self.tasksDigest):" + positions.joined(separator: ",")
    }

    func seen(of task: TaskID, in streams: EventShards) -> ClientOperation.Seen? {
        self.positions[streams.shard(of: task)].map { ClientOperation.Seen(epoch: self.epoch, position: $0) }
    }

    /// Records messages sent to the client.
    mutating func note(_ messages: [ServerMessage], epoch: String, in streams: EventShards) {
        self.epoch = epoch
        for message in messages {
            guard let task = message.task else { continue }
            let shard = streams.shard(of: task)
            switch message.kind {
            case "reset":
                // Earlier positions in this stream are void.
                self.positions[shard] = nil
                self.awaited[shard, default: []].insert(task)
            case "sub":
                self.awaited[shard]?.remove(task)
                if self.awaited[shard]?.isEmpty == true { self.awaited[shard] = nil }
            default: break
            }
            guard let position = message.position else { continue }
            self.positions[shard] = max(position, self.positions[shard] ?? position)
        }
    }
}
