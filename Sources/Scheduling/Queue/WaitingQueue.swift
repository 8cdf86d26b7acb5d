/// The queued jobs that may start, in the order of service.
///
/// Jobs of one user, class and shape form a lane. Each class has a heap of lanes per shape, so that a shape that does
/// not fit now is skipped with all its jobs. The order within a class is start-time fair queueing over its users. Jobs
/// are known by number here.
struct WaitingQueue: Sendable {
    /// The location of a job.
    private struct Place: Sendable {
        static let nowhere = Place(lane: -1, sequence: 0, queuedAt: .zero)

        var lane: Int32
        var sequence: UInt32
        var queuedAt: Duration
    }

    let classes: Int
    let aging: Aging
    var lanes: [Lane] = []
    var accounts: [Account] = []
    /// For each user, one per class.
    var flows: [Flow] = []
    /// When flows rise.
    var rises = Heap<Rise>()
    /// One per class.
    var clocks: [VirtualClock]
    /// What may not start now.
    var holds = Holds()
    /// GPUs that a job of each shape is charged for.
    var costs: [Double] = []
    private(set) var count = 0
    /// For each class and shape, the lanes in order.
    private var turns: [[Heap<Turn>]]
    /// By job number.
    private var places: [Place] = []
    private var sequence: UInt32 = 0
    private var laneOfKey: [Lane.Key: Int] = [:]
    private var accountOfUser: [String: Int] = [:]

    init(classes: Int, aging: Aging) {
        self.classes = classes
        self.aging = aging
        self.clocks = Array(repeating: VirtualClock(), count: classes)
        self.turns = Array(repeating: [], count: classes)
    }

    // MARK: Jobs

    func contains(_ job: Int) -> Bool { job < self.places.count && self.places[job].lane >= 0 }

    /// Adds a job that is not queued yet.
    mutating func insert(_ job: Int, queuedAt: Duration, workload: Int, in key: Lane.Key, since: Duration) {
        let lane = self.lane(key)
        self.sequence &+= 1
        let row = JobRow(queuedAt: queuedAt, sequence: self.sequence, job: Int32(job), workload: Int32(workload))
        while self.places.count <= job { self.places.append(.nowhere) }
        self.places[job] = Place(lane: Int32(lane), sequence: self.sequence, queuedAt: queuedAt)
        self.count += 1
        self.lanes[lane].rows.insert(row)
        if !self.lanes[lane].isContending {
            self.join(lane, since: since)
        } else if self.lanes[lane].rows.first?.sequence == row.sequence {
            self.giveTurn(lane)
        }
    }

    mutating func remove(_ job: Int) {
        guard self.contains(job) else { return }
        let place = self.places[job]
        let lane = Int(place.lane)
        let wasFirst = self.lanes[lane].rows.first?.sequence == place.sequence
        self.lanes[lane].rows.remove(queuedAt: place.queuedAt, sequence: place.sequence)
        self.places[job] = .nowhere
        self.count -= 1
        guard self.lanes[lane].isContending else { return }
        if self.lanes[lane].rows.isEmpty {
            self.withdraw(lane)
        } else if wasFirst {
            self.giveTurn(lane)
        }
    }

    private mutating func lane(_ key: Lane.Key) -> Int {
        if let index = self.laneOfKey[key] { return index }
        let index = self.lanes.count
        self.laneOfKey[key] = index
        self.lanes.append(Lane(key))
        self.accounts[key.user].lanes.append(index)
        return index
    }

    /// The index of a user's account, opened if necessary.
    mutating func account(of user: String, open: () -> Account) -> Int {
        if let index = self.accountOfUser[user] { return index }
        let index = self.accounts.count
        self.accountOfUser[user] = index
        self.accounts.append(open())
        self.flows.append(contentsOf: repeatElement(Flow(), count: self.classes))
        return index
    }

    // MARK: Turns

    /// The lane whose turn it is, among those of open shapes.
    mutating func first(open: (_ shape: Int) -> Bool) -> Int? {
        for rank in 0..<self.classes {
            var first: Turn?
            for shape in self.turns[rank].indices where open(shape) {
                guard let turn = self.front(rank, shape) else { continue }
                if first.map({ turn < $0 }) ?? true { first = turn }
            }
            if let first { return Int(first.lane) }
        }
        return nil
    }

    private mutating func front(_ rank: Int, _ shape: Int) -> Turn? {
        while let turn = self.turns[rank][shape].first {
            let lane = Int(turn.lane)
            if self.lanes[lane].turns == turn.number, self.lanes[lane].isContending {
                guard let tag = self.newTag(of: lane) else { return turn }
                self.lanes[lane].tag = tag
                self.giveTurn(lane)
            }
            self.turns[rank][shape].removeFirst()
        }
        return nil
    }

    /// All lanes of a user in a class have the same tag, so that the oldest job goes first, whatever its shape. A
    /// lane's tag is updated lazily, when it reaches the front. Nil when it is current.
    private func newTag(of lane: Int) -> Double? {
        guard self.lanes[lane].servedRank == self.lanes[lane].key.rank else { return nil }
        let tag = self.virtualTime(self.flow(of: lane))
        return tag > self.lanes[lane].tag ? tag : nil
    }

    /// Inserts the lane by its tag, which voids its earlier turns.
    mutating func giveTurn(_ lane: Int) {
        self.lanes[lane].turns &+= 1
        let (rank, shape) = (self.lanes[lane].servedRank, self.lanes[lane].key.shape)
        while self.turns[rank].count <= shape { self.turns[rank].append(Heap()) }
        self.turns[rank][shape].insert(
            Turn(
                tag: self.lanes[lane].tag,
                queuedAt: self.queuedAt(lane),
                lane: Int32(lane),
                number: self.lanes[lane].turns
            )
        )
    }

    /// Withdraws the lane for this pass: see ``resume(_:)``.
    mutating func skipTurn(_ lane: Int) { self.lanes[lane].turns &+= 1 }
    mutating func resume(_ lane: Int) { if self.lanes[lane].isContending { self.giveTurn(lane) } }

    /// Removes and returns the lane's first job.
    /// - Parameters:
    ///   - cost: GPU-seconds to charge.
    ///   - isInTurn: whether it passed no other job; a backfilled job does not advance the virtual time.
    mutating func take(from lane: Int, cost: Double, isInTurn: Bool, now: Duration) -> JobRow? {
        guard let row = self.lanes[lane].rows.removeFirst() else { return nil }
        self.places[Int(row.job)] = .nowhere
        self.count -= 1
        let key = self.lanes[lane].key
        let flow = self.flow(of: lane)
        if isInTurn { self.clocks[self.lanes[lane].servedRank].serve(tag: self.lanes[lane].tag) }
        self.accounts[key.user].consumed += cost / self.accounts[key.user].weight
        self.flows[flow].served = now
        self.lanes[lane].servedRank = key.rank
        self.lanes[lane].tag = self.virtualTime(flow)
        if self.flows[flow].risenLane.map({ $0 == lane }) ?? true {
            self.flows[flow].since = now
            self.flows[flow].level = 0
            self.flows[flow].risenLane = nil
        }
        if self.lanes[lane].rows.isEmpty { self.withdraw(lane) } else { self.giveTurn(lane) }
        self.setTimer(of: flow)
        return row
    }

    func virtualTime(_ flow: Int) -> Double {
        self.accounts[self.user(of: flow)].consumed + self.flows[flow].offset
    }

    /// Lets the lane wait for its turn from now on, if it may. A user with no other lane waiting in the class starts
    /// level with it.
    mutating func join(_ lane: Int, since: Duration) {
        guard !self.lanes[lane].isContending, self.isOpen(lane) else { return }
        let flow = self.flow(of: lane)
        if self.flows[flow].contendingLanes == 0 {
            let lag = self.clocks[self.lanes[lane].key.rank].time - self.virtualTime(flow)
            self.flows[flow].offset += max(0, lag)
            self.flows[flow].since = max(since, self.flows[flow].served ?? since)
        }
        self.flows[flow].contendingLanes += 1
        self.lanes[lane].isContending = true
        self.lanes[lane].tag = self.virtualTime(flow)
        self.giveTurn(lane)
        self.setTimer(of: flow)
    }

    mutating func withdraw(_ lane: Int) {
        guard self.lanes[lane].isContending else { return }
        let flow = self.flow(of: lane)
        self.lanes[lane].isContending = false
        self.lanes[lane].turns &+= 1
        self.lanes[lane].servedRank = self.lanes[lane].key.rank
        self.flows[flow].contendingLanes -= 1
        if self.flows[flow].risenLane == lane {
            self.flows[flow].risenLane = nil
            self.flows[flow].level = 0
        }
    }

    func isOpen(_ lane: Int) -> Bool {
        let key = self.lanes[lane].key
        return !self.lanes[lane].rows.isEmpty
            && !self.accounts[key.user].isPaused && !self.accounts[key.user].isAtLimit
            && !self.holds.classes.contains(key.rank) && !self.holds.shapes.contains(key.shape)
            // In its turn it would hold up the user's other jobs, forever.
            && self.accounts[key.user].allows(gpus: self.costs[key.shape])
    }

    // MARK: Forecasting

    /// Lanes with jobs, approximately in the order of service.
    var lanesInOrder: [Int] {
        self.lanes.indices.filter { !self.lanes[$0].rows.isEmpty }.sorted { left, right in
            let (left, right) = (self.lanes[left], self.lanes[right])
            return (left.key.rank, left.tag, left.rows.first?.queuedAt ?? .zero)
                < (right.key.rank, right.tag, right.rows.first?.queuedAt ?? .zero)
        }
    }

    /// Removes and returns a lane's first job without serving it.
    mutating func skipFirst(of lane: Int) -> JobRow? { self.lanes[lane].rows.removeFirst() }
}
