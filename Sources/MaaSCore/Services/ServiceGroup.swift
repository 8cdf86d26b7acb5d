internal import Glibc

/// Starts services in order, runs until SIGTERM or SIGINT, and stops them in reverse order.
@LoopActor
package final class ServiceGroup {
    private let services: [any Service]
    private let health: Health
    private let grace: Duration
    private let logger: Logger
    private var shutdown: CheckedContinuation<Void, Never>?
    /// Ends the start that is under way.
    private var abandonStart: (() -> Void)?
    private var isShutdownRequested = false
    private var signals: [LoopSignal] = []

    /// - Parameter grace: how long one service's stop may take before it is left behind and the next is stopped, and a start
    ///   to end when the shutdown comes in the middle of it.
    package init(_ services: [any Service], health: Health, grace: Duration = .seconds(20), logger: Logger) {
        self.services = services
        self.health = health
        self.grace = grace
        self.logger = logger
    }

    /// Runs the whole life of the group and returns the process's exit status.
    package func run() async -> Int32 {
        self.signals = [SIGTERM, SIGINT].map { number in
            LoopSignal(number) { [unowned self] in
                self.logger.info("stopping", [.signal: "\(number)"])
                self.requestShutdown()
            }
        }
        self.health.beginStarting()
        var started: [any Service] = []
        for service in self.services where !self.isShutdownRequested {
            started.append(service)
            do {
                try await self.start(service)
            } catch  where self.isShutdownRequested {
                // A start that was ended, by us or by what we ended it for.
            } catch {
                self.logger.error("cannot start", [.name: service.name, .error: "\(error)"])
                await self.stop(started)
                return error is any PermanentFault ? ExitCode.configuration : 1
            }
        }
        self.health.endStarting()
        if !self.isShutdownRequested {
            self.logger.info("ready", [.version: MaaSVersion.current])
            await withCheckedContinuation { self.shutdown = $0 }
        }
        self.health.beginDraining()
        await self.stop(started)
        self.logger.info("stopped")
        return 0
    }

    /// Begins the shutdown; a further SIGTERM or SIGINT then ends the process at once, unless it is the first of a container,
    /// for which the kernel leaves default actions out.
    package func requestShutdown() {
        self.isShutdownRequested = true
        for signal in self.signals { signal.close() }
        self.signals = []
        self.abandonStart?()
        self.shutdown.take()?.resume()
    }

    /// Starts `service`. A shutdown cancels its task: it may be waiting for a database that is away. Who does not heed that
    /// is left behind, as by ``hasStopped(_:)``.
    private func start(_ service: any Service) async throws {
        let (ends, end) = AsyncThrowingStream.makeStream(of: Void.self)
        let start = LoopActor.immediate {
            do {
                try await service.start()
                end.finish()
            } catch {
                end.finish(throwing: error)
            }
        }
        let limit = LoopTimer { end.finish(throwing: CancellationError()) }
        self.abandonStart = { [grace = self.grace] in
            start.cancel()
            limit.start(after: grace)
        }
        if self.isShutdownRequested { self.abandonStart?() }
        defer {
            self.abandonStart = nil
            limit.close()
        }
        for try await _ in ends {}
    }

    private func stop(_ started: [any Service]) async {
        for service in started.reversed() {
            if await !self.hasStopped(service) {
                self.logger.warning("did not stop in time", [.name: service.name])
            }
        }
    }

    /// Stops `service`; false when the grace is over first.
    ///
    /// Its task is not a child of ours, which would be waited for even when it ignores its cancellation: it is
    /// cancelled and left to the end of the process.
    private func hasStopped(_ service: any Service) async -> Bool {
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        let stop = LoopActor.immediate {
            await service.stop()
            end.yield(true)
        }
        let limit = LoopTimer {
            stop.cancel()
            end.yield(false)
        }
        limit.start(after: self.grace)
        defer { limit.close() }
        for await isInTime in ends { return isInTime }
        return false
    }
}
