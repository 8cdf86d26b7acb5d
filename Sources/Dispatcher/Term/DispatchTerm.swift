internal import Dispatching
internal import MaaSControl
internal import MaaSCore

/// One term of leadership: loads the queue and the cluster, then carries out the orders of ``DispatchCore`` until it
/// ends.
///
/// Nothing outlives it: the next term, here or elsewhere, starts from the rows and the cluster.
@LoopActor
final class DispatchTerm {
    let epoch: Int
    private let parts: DispatcherParts
    private let logger: Logger
    private let events: EventPublisher
    private let runner: OrderRunner
    private let pump: DispatchPump
    private let rows: RowMirror
    private let shares: ShareKeeper
    private let positions: PositionPublisher
    private let capacity: CapacityPublisher
    private let cluster: ClusterMirror
    private var isLoaded = false

    init(epoch: Int, parts: DispatcherParts) {
        self.epoch = epoch
        self.parts = parts
        self.logger = parts.logger
        let pump = DispatchPump(core: DispatchCore(policy: parts.configuration.dispatchPolicy))
        let events = EventPublisher(
            redis: parts.redis,
            configuration: parts.configuration.events,
            epoch: epoch,
            logger: parts.logger
        )
        let runner = OrderRunner(epoch: epoch, parts: parts, pump: pump, events: events)
        let positions = PositionPublisher(
            pump: pump,
            redis: parts.redis,
            events: events,
            metrics: parts.metrics,
            logger: parts.logger
        )
        let capacity = CapacityPublisher(
            pump: pump,
            redis: parts.redis,
            interval: parts.configuration.dispatcher.sweepInterval,
            logger: parts.logger
        )
        let rows = RowMirror(parts: parts, pump: pump) { runner.refuse($0, $1) }
        self.shares = ShareKeeper(epoch: epoch, store: parts.store, pump: pump, logger: parts.logger)
        self.events = events
        self.runner = runner
        self.positions = positions
        self.capacity = capacity
        self.pump = pump
        self.rows = rows
        self.cluster = ClusterMirror(
            client: parts.cluster,
            namespace: parts.configuration.kubernetes.namespace,
            templateResources: parts.planner.templateResources,
            metrics: parts.metrics,
            logger: parts.logger
        ) { [weak pump] fact in pump?.update { core, now in core.take(fact, now: now) } }
        runner.onRow = { [weak rows] row in rows?.take(row) }
        runner.onBegun = { [weak positions] task in positions?.started(task) }
        pump.onOrders = { [weak runner, weak positions, weak capacity] orders in
            runner?.carryOut(orders)
            positions?.touch()
            capacity?.touch()
        }
    }

    /// Leads until its task is cancelled.
    func run() async {
        await withTaskCancellationHandler {
            await self.load()
            self.cluster.start()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.readBells() }
                group.addTask {
                    await self.rows.sweep {
                        await self.positions.verify()
                        await self.capacity.refresh()
                        await self.shares.save()
                    }
                }
            }
        } onCancel: {
            // Orders stop immediately; pending calls may take longer.
            LoopActor.later { self.pump.close() }
        }
        await self.end()
    }

    /// Why jobs cannot be started, if they cannot.
    var problem: String? {
        if !self.isLoaded { return "the queue is still being loaded" }
        return self.cluster.isCurrent ? nil : "the view of the cluster is out of date: cannot watch Kubernetes"
    }

    /// Reads from the core.
    func read<Value>(_ body: (DispatchCore, Timestamp) -> Value) -> Value { self.pump.read(body) }

    /// The number of queued tasks by reason.
    var reasons: [WaitingReason: Int] { self.positions.reasons }

    /// How long each watch of the cluster has been silent.
    var watchSilences: [(name: String, silence: Duration)] { self.cluster.silences }

    /// Loads all rows that have not ended. Retries without end: nothing can be decided without them.
    private func load() async {
        var backoff = Backoff()
        var failures = FailureSeries()
        while !Task.isCancelled {
            do {
                self.pump.clock = TermClock(base: try await self.parts.store.currentTime())
                try await self.shares.load()
                try await self.rows.load { row in
                    // A former leader may have died between writing the row and publishing the event.
                    self.events.publish(.state(.running, failure: nil), task: row.id, attempt: row.attempt)
                }
                self.isLoaded = true
                return self.pump.open()
            } catch {
                self.logger.warning("cannot load the queue", error, of: &failures)
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private func readBells() async {
        let reader = BellReader(
            redis: self.parts.bellRedis,
            stream: self.parts.configuration.events.taskStream,
            logger: self.logger
        ) { [rows] bells in try await rows.ring(bells) }
        await reader.run()
    }

    private func end() async {
        self.pump.close()
        await self.cluster.stop()
        self.positions.close()
        self.events.close()
        await self.runner.stop()
        // A term that never loaded would overwrite its predecessor's standings.
        guard self.isLoaded else { return }
        // A cancelled task cannot wait for the database.
        await LoopActor.later { await self.shares.save() }.value
    }
}
