internal import MaaSCore

/// Pings the silent WebSockets of a server, and ends those that do not answer.
///
/// libwebsockets would keep a timer for each in one sorted list, of which every pong, asked for or not, walks the
/// whole.
@LoopActor
final class WebSocketPinger {
    private let schedule: PingSchedule
    /// Looked at one after the other, so that no turn of the loop pings everybody.
    private var groups = [[WebSocketConnection]](repeating: [], count: PingSchedule.groupCount)
    private var next = 0
    private var openCount = 0
    private var addedCount = 0
    private var timer: LoopTimer?

    init(_ configuration: WebServerConfiguration) {
        self.schedule = PingSchedule(interval: configuration.pingInterval, patience: configuration.pongTimeout)
        self.timer = LoopTimer { [weak self] in self?.look() }
    }

    func add(_ socket: WebSocketConnection) {
        if self.openCount == 0 { self.timer?.start(after: self.schedule.turn, repeating: self.schedule.turn) }
        self.openCount += 1
        // In turn, so that the groups are of one size.
        self.groups[self.addedCount % self.groups.count].append(socket)
        self.addedCount += 1
    }

    private func look() {
        let group = self.groups[self.next]
        let open = group.filter { $0.endRound(of: self.schedule) }
        self.groups[self.next] = open
        self.next = (self.next + 1) % self.groups.count
        self.openCount -= group.count - open.count
        if self.openCount == 0 { self.timer?.stop() }
    }

    func close() { self.timer.take()?.close() }
}
