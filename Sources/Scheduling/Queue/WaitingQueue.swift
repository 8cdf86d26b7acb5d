/// The jobs that wait, in the order of service.
///
/// Jobs of one user, class and shape form a lane. In each class there is a heap of lanes for each shape, so that a shape
/// which has no room now is passed over at once, with all the jobs of it. The order in a class is start-time fair
/// queueing over its users. What rests after a failure is kept apart until its time.
struct WaitingQueue<ID: Hashable & Comparable & Sendable>: Sendable {
    private struct Place: Sendable {
        var lane: Int32
        var queuedAt: Duration
    }

    private struct Rest: Sendable, Comparable {
        var until: Duration
        var row: JobRow<ID>
        var lane: Int

        static func < (left: Self, right: Self) -> Bool { (left.until, left.row.id) < (right.until, right.row.id) }
        static func == (left: Self, right: Self) -> Bool { left.until == right.until && left.row.id == right.row.id }
    }

    private struct Rise: Sendable, Comparable {
        var due: Duration
        var line: Int

        static func < (left: Self, right: Self) -> Bool { (left.due, left.line) < (right.due, right.line) }
    }

    let classes: Int
    private let aging: Aging
    private(set) var lanes: [Lane<ID>] = []
    private(set) var accounts: [Account] = []
    private var laneOfKey: [Lane<ID>.Key: Int] = [:]
    private var accountOfUser: [String: Int] = [:]
    /// Of each user, one for each class.
    private var lines: [Line] = []
    private var clocks: [VirtualClock]
    /// Of each class, for each shape, the lanes in their order.
    private var turns: [[Heap<Turn>]]
    private var resting = Heap<Rest>()
    private var rises = Heap<Rise>()
    /// Where each job is that does not rest.
    private var places: [ID: Place] = [:]
    private var restsOfID: [ID: Duration] = [:]
    /// What the lanes of a shape and class may not do now.
    var holds = Holds()

    init(classes: Int, aging: Aging) {
        self.classes = classes
        self.aging = aging
        self.clocks = Array(repeating: VirtualClock(), count: classes)
        self.turns = Array(repeating: [], count: classes)
    }

    var count: Int { self.places.count + self.restsOfID.count }
    func contains(_ id: ID) -> Bool { self.places[id] != nil || self.restsOfID[id] != nil }

    // MARK: Jobs

    /// Adds a job; one that is there already is replaced.
    mutating func insert(_ row: JobRow<ID>, in key: Lane<ID>.Key, notBefore: Duration?) {
        self.remove(row.id)
        let lane = self.lane(key)
        if let notBefore {
            self.restsOfID[row.id] = notBefore
            self.resting.insert(Rest(until: notBefore, row: row, lane: lane))
        } else {
            self.add(row, to: lane, since: row.queuedAt)
        }
    }

    mutating func remove(_ id: ID) {
        guard self.restsOfID.removeValue(forKey: id) == nil else { return }
        guard let place = self.places.removeValue(forKey: id) else { return }
        let index = Int(place.lane)
        let wasFirst = self.lanes[index].rows.first?.id == id
        _ = self.lanes[index].rows.remove(JobRow(id: id, queuedAt: place.queuedAt, workload: 0))
        guard self.lanes[index].isContending else { return }
        if self.lanes[index].rows.isEmpty {
            self.withdraw(index)
        } else if wasFirst {
            self.giveTurn(index)
        }
    }

    private mutating func add(_ row: JobRow<ID>, to lane: Int, since: Duration) {
        self.places[row.id] = Place(lane: Int32(lane), queuedAt: row.queuedAt)
        self.lanes[lane].rows.insert(row)
        if !self.lanes[lane].isContending {
            self.join(lane, since: since)
        } else if self.lanes[lane].rows.first?.id == row.id {
            self.giveTurn(lane)
        }
    }

    // MARK: Time

    /// Takes the jobs whose rest is over, and lets those rise who have waited long enough.
    mutating func advance(to now: Duration, cost: (Lane<ID>) -> Double) {
        while let rest = self.resting.first, rest.until <= now {
            self.resting.removeFirst()
            // It may have been removed, or have been told another time since.
            guard self.restsOfID[rest.row.id] == rest.until else { continue }
            self.restsOfID[rest.row.id] = nil
            self.add(rest.row, to: rest.lane, since: now)
        }
        while let rise = self.rises.first, rise.due <= now {
            self.rises.removeFirst()
            self.lines[rise.line].hasTimer = false
            if let due = self.nextRise(of: rise.line), due <= now { self.raise(rise.line, cost: cost) }
            self.setTimer(of: rise.line)
        }
    }

    /// When ``advance(to:cost:)`` may have something to do.
    var nextChange: Duration? { [self.resting.first?.until, self.rises.first?.due].compactMap { $0 }.min() }

    // MARK: Ageing

    private func line(of lane: Int) -> Int {
        let key = self.lanes[lane].key
        return key.user * self.classes + key.rank
    }

    /// Nil when it will not rise any more.
    private func nextRise(of index: Int) -> Duration? {
        let line = self.lines[index]
        guard let interval = self.aging.interval, interval > .zero, line.contendingLanes > 0,
            line.level < min(index % self.classes, self.aging.limit)
        else { return nil }
        return line.since + interval * (line.level + 1)
    }

    private mutating func setTimer(of line: Int) {
        guard !self.lines[line].hasTimer, let due = self.nextRise(of: line) else { return }
        self.lines[line].hasTimer = true
        self.rises.insert(Rise(due: due, line: line))
    }

    /// Moves the lane with the line's oldest job up by one class.
    private mutating func raise(_ line: Int, cost: (Lane<ID>) -> Double) {
        guard let lane = self.lines[line].risenLane ?? self.oldestLane(of: line) else { return }
        self.lines[line].level += 1
        self.lines[line].risenLane = lane
        let rank = line % self.classes - self.lines[line].level
        self.lanes[lane].servedRank = rank
        self.lanes[lane].tag = self.clocks[rank].rise(cost: cost(self.lanes[lane]))
        self.giveTurn(lane)
    }

    private func oldestLane(of line: Int) -> Int? {
        self.accounts[line / self.classes].lanes.filter {
            self.lanes[$0].isContending && self.lanes[$0].key.rank == line % self.classes
        }.min { self.queuedAt($0) < self.queuedAt($1) }
    }

    private func queuedAt(_ lane: Int) -> Duration { self.lanes[lane].rows.first?.queuedAt ?? .zero }

    // MARK: Turns

    /// The lane whose turn it is, of those whose shape is open.
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
            if self.lanes[lane].turns == turn.number, self.lanes[lane].isContending { return turn }
            self.turns[rank][shape].removeFirst()
        }
        return nil
    }

    /// Puts the lane where its tag says; an earlier turn of it is void.
    private mutating func giveTurn(_ lane: Int) {
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

    /// Lets the lane stand aside for this pass: see ``resume(_:)``.
    mutating func standAside(_ lane: Int) { self.lanes[lane].turns &+= 1 }
    mutating func resume(_ lane: Int) { if self.lanes[lane].isContending { self.giveTurn(lane) } }

    /// Takes the first job of the lane.
    ///
    /// - Parameter cost: GPU-seconds it is charged with.
    /// - Parameter isInTurn: it passed nobody; what is backfilled leaves the virtual time alone.
    mutating func take(from lane: Int, cost: Double, isInTurn: Bool, now: Duration) -> JobRow<ID>? {
        guard let row = self.lanes[lane].rows.removeFirst() else { return nil }
        self.places[row.id] = nil
        let key = self.lanes[lane].key
        let line = self.line(of: lane)
        if isInTurn { self.clocks[self.lanes[lane].servedRank].serve(tag: self.lanes[lane].tag) }
        self.accounts[key.user].consumed += cost / self.accounts[key.user].weight
        self.lanes[lane].servedRank = key.rank
        self.lanes[lane].tag = self.virtualTime(line)
        if self.lines[line].risenLane.map({ $0 == lane }) ?? true {
            self.lines[line].since = now
            self.lines[line].level = 0
            self.lines[line].risenLane = nil
        }
        if self.lanes[lane].rows.isEmpty { self.withdraw(lane) } else { self.giveTurn(lane) }
        self.setTimer(of: line)
        return row
    }

    private func virtualTime(_ line: Int) -> Double {
        self.accounts[line / self.classes].consumed + self.lines[line].offset
    }

    /// The lane waits for its turn from now on, if it may. Who was not waiting in the class starts level with it.
    private mutating func join(_ lane: Int, since: Duration) {
        guard !self.lanes[lane].isContending, self.isOpen(lane) else { return }
        let line = self.line(of: lane)
        if self.lines[line].contendingLanes == 0 {
            let lag = self.clocks[self.lanes[lane].key.rank].time - self.virtualTime(line)
            self.lines[line].offset += max(0, lag)
            self.lines[line].since = since
        }
        self.lines[line].contendingLanes += 1
        self.lanes[lane].isContending = true
        self.lanes[lane].tag = self.virtualTime(line)
        self.giveTurn(lane)
        self.setTimer(of: line)
    }

    private mutating func withdraw(_ lane: Int) {
        guard self.lanes[lane].isContending else { return }
        let line = self.line(of: lane)
        self.lanes[lane].isContending = false
        self.lanes[lane].turns &+= 1
        self.lanes[lane].servedRank = self.lanes[lane].key.rank
        self.lines[line].contendingLanes -= 1
        if self.lines[line].risenLane == lane {
            self.lines[line].risenLane = nil
            self.lines[line].level = 0
        }
    }

    private func isOpen(_ lane: Int) -> Bool {
        let lane = self.lanes[lane]
        let account = self.accounts[lane.key.user]
        return !lane.rows.isEmpty && !account.isPaused && !account.isAtLimit
            && !self.holds.classes.contains(lane.key.rank) && !self.holds.shapes.contains(lane.key.shape)
    }

    // MARK: Users

    /// The index of a user's account, which is opened if there is none.
    mutating func account(of user: String, policy: @autoclosure () -> UserPolicy, isPaused: @autoclosure () -> Bool)
        -> Int
    {
        if let index = self.accountOfUser[user] { return index }
        let index = self.accounts.count
        self.accountOfUser[user] = index
        self.accounts.append(Account(user: user, policy: policy(), isPaused: isPaused()))
        self.lines.append(contentsOf: repeatElement(Line(), count: self.classes))
        return index
    }

    private mutating func lane(_ key: Lane<ID>.Key) -> Int {
        if let index = self.laneOfKey[key] { return index }
        let index = self.lanes.count
        self.laneOfKey[key] = index
        self.lanes.append(Lane(key))
        self.accounts[key.user].lanes.append(index)
        return index
    }

    /// Counts a job of the user that runs.
    mutating func started(_ user: Int, gpus: Double) { self.accounts[user].running.add(gpus: gpus) }

    /// A job of the user has ended: what was charged too much is given back.
    mutating func ended(_ user: Int, gpus: Double, correction: Double, now: Duration) {
        self.accounts[user].running.remove(gpus: gpus)
        self.charge(user, correction)
        if self.accounts[user].isAtLimit {
            self.accounts[user].isAtLimit = false
            self.refresh(user, now: now)
        }
    }

    /// - Parameter cost: GPU-seconds; less than nothing gives back.
    mutating func charge(_ user: Int, _ cost: Double) {
        self.accounts[user].consumed += cost / self.accounts[user].weight
        guard cost < 0 else { return }
        // Those who wait were given their tags with the charge that is taken back.
        for lane in self.accounts[user].lanes where self.lanes[lane].isContending {
            let tag = self.virtualTime(self.line(of: lane))
            guard self.lanes[lane].servedRank == self.lanes[lane].key.rank, tag < self.lanes[lane].tag else { continue }
            self.lanes[lane].tag = tag
            self.giveTurn(lane)
        }
    }

    /// Nothing of the user starts until something of theirs has ended.
    mutating func reachedLimit(_ user: Int, now: Duration) {
        self.accounts[user].isAtLimit = true
        self.refresh(user, now: now)
    }

    /// Takes what is due to each user, by name.
    mutating func setUsers(_ policy: (String) -> UserPolicy, isPaused: (String) -> Bool, now: Duration) {
        for user in self.accounts.indices {
            self.accounts[user].policy = policy(self.accounts[user].user)
            self.accounts[user].isPaused = isPaused(self.accounts[user].user)
            self.accounts[user].isAtLimit = false
        }
        for user in self.accounts.indices { self.refresh(user, now: now) }
    }

    /// Lets the user's lanes wait for their turn, or not, as they may now.
    private mutating func refresh(_ user: Int, now: Duration) {
        for lane in self.accounts[user].lanes {
            if self.isOpen(lane) { self.join(lane, since: now) } else { self.withdraw(lane) }
        }
    }

    // MARK: Looking on

    /// Lanes with jobs, in about the order of service.
    var lanesInOrder: [Int] {
        self.lanes.indices.filter { !self.lanes[$0].rows.isEmpty }.sorted { left, right in
            let (left, right) = (self.lanes[left], self.lanes[right])
            return (left.key.rank, left.tag, left.rows.first?.queuedAt ?? .zero)
                < (right.key.rank, right.tag, right.rows.first?.queuedAt ?? .zero)
        }
    }

    /// Takes the first job of a lane without serving it.
    mutating func skipFirst(of lane: Int) -> JobRow<ID>? { self.lanes[lane].rows.removeFirst() }

    var restingIDs: Set<ID> { Set(self.restsOfID.keys) }

    /// Forgets where each job is, of a copy from which nothing is removed.
    mutating func forgetPlaces() { self.places = [:] }
}
