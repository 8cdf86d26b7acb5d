internal import Glibc

/// Starts services in order, runs until SIGTERM or SIGINT, and stops them in reverse order.
@LoopActor
package final class ServiceGroup {
    private let services: [any Service]
    private let health: Health
    private let grace: Duration
    private let logger: Logger
    private var shutdown: CheckedContinuation<Void, Never>?
    /// Aborts the start under way.
    private var abandonStart: (() -> Void)?
    private var isShutdownRequested = false
    private var signals: [LoopSignal] = []

    /// - Parameter grace: how long a service's stop may take before it is abandoned and the next is stopped, and how
    ///   long a cancelled start may take.
    package init(_ services: [any Service], health: Health, grace: Duration = .seconds(20), logger: Logger) {
        self.services = services
        self.health = health
        self.grace = grace
        self.logger = logger
    }

    /// Starts the services, runs until a shutdown is requested, stops them and returns the exit status.
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
                // The start was aborted by the shutdown.
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
        return started.contains(where: \.hasFailed) ? 1 : 0
    }

    /// Begins the shutdown. A second SIGTERM or SIGINT ends the process at once, except for PID 1 of a container, where
    /// the kernel ignores default actions.
    package func requestShutdown() {
        self.isShutdownRequested = true
        for signal in self.signals { signal.close() }
        self.signals = []
        self.abandonStart?()
        self.shutdown.take()?.resume()
    }

    /// Starts `service`. A shutdown cancels its task, which may be waiting for a database that is down. If it ignores
    /// that, it is abandoned as in ``hasStopped(_:)``.
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

    /// Stops `service`; returns false when the grace period expires first.
    ///
    /// Its task is not a child task, which would be awaited even when it ignores its cancellation: it is cancelled and
    /// abandoned until the process ends.
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
