internal import Dispatching
internal import MaaSCore

/// Owns the core of one term of leadership, and collects its orders at the end of a turn of the loop, once for all
/// facts of that turn.
@LoopActor
final class DispatchPump {
    typealias Orders = @LoopActor ([DispatchOrder]) -> Void

    private var core: DispatchCore
    /// The term's, to be set before any row is taken: the age of a row counts.
    var clock: TermClock?
    /// To be set before ``open()``: whoever carries out orders reports to this pump.
    var onOrders: Orders = { _ in }
    private var isOpen = false
    private var timer: LoopTimer?
    private var isScheduled = false

    init(core: DispatchCore) {
        self.core = core
        self.timer = LoopTimer { [weak self] in self?.schedule() }
    }

    /// By the term's clock; by this machine's before there is one.
    var now: Timestamp { self.clock?.now ?? .now() }

    /// Begins to hand out orders, once the rows are loaded.
    func open() {
        self.isOpen = true
        self.schedule()
    }

    /// Stops handing out orders at once.
    func close() {
        self.timer?.close()
        self.timer = nil
    }

    var isClosed: Bool { self.timer == nil }

    /// Reads from the core.
    func read<Value>(_ body: (DispatchCore, Timestamp) -> Value) -> Value { body(self.core, self.now) }

    /// Passes facts to the core, and collects its orders at the end of this turn.
    @discardableResult
    func update<Value>(_ body: (inout DispatchCore, Timestamp) -> Value) -> Value {
        defer { self.schedule() }
        return body(&self.core, self.now)
    }

    private func schedule() {
        guard self.isOpen, !self.isScheduled, !self.isClosed else { return }
        self.isScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isScheduled = false
            self.collectOrders()
        }
    }

    private func collectOrders() {
        guard let timer = self.timer else { return }
        let orders = self.core.orders(now: self.now)
        self.onOrders(orders)
        let now = self.now
        if let next = self.core.nextCheck(now: now) { timer.start(after: max(.milliseconds(1), next - now)) }
    }
}
