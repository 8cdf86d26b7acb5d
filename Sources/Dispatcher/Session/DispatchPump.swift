internal import Dispatching
internal import MaaSCore

/// Holds the core of one term of leadership, and looks for its orders when it may have new ones: many facts of one turn
/// of the loop make one look.
@LoopActor
final class DispatchPump {
    typealias Orders = @LoopActor ([DispatchOrder]) -> Void

    private var core: DispatchCore
    private var clock: SessionClock?
    private var timer: LoopTimer?
    private var isScheduled = false
    private let onOrders: Orders

    init(core: DispatchCore, onOrders: @escaping Orders) {
        self.core = core
        self.onOrders = onOrders
        self.timer = LoopTimer { [weak self] in self?.schedule() }
    }

    /// Time as the session's clock has it; before there is one, this machine's.
    var now: Timestamp { self.clock?.now ?? .now() }

    /// Begins to give orders: the rows are known.
    func open(_ clock: SessionClock) {
        self.clock = clock
        self.schedule()
    }

    /// Gives no further order, from this moment on.
    func close() {
        self.timer?.close()
        self.timer = nil
    }

    var isClosed: Bool { self.timer == nil }

    /// Looks something up in the core.
    func read<Value>(_ body: (DispatchCore, Timestamp) -> Value) -> Value { body(self.core, self.now) }

    /// Tells the core something, and looks for what follows at the end of this turn.
    @discardableResult
    func update<Value>(_ body: (inout DispatchCore, Timestamp) -> Value) -> Value {
        defer { self.schedule() }
        return body(&self.core, self.now)
    }

    private func schedule() {
        guard self.clock != nil, !self.isScheduled, !self.isClosed else { return }
        self.isScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isScheduled = false
            self.look()
        }
    }

    private func look() {
        guard let timer = self.timer else { return }
        let orders = self.core.orders(now: self.now)
        self.onOrders(orders)
        let now = self.now
        if let next = self.core.nextLook(now: now) { timer.start(after: max(.milliseconds(1), next - now)) }
    }
}
