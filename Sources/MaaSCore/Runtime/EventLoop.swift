internal import CUV
internal import Glibc
internal import Synchronization

/// A libuv loop on one thread, which also runs Swift jobs.
///
/// A job enqueued on the loop's own thread needs no lock and no wake-up: it runs in the same turn, right after the
/// events that caused it.
package final class EventLoop: SerialExecutor, TaskExecutor {
    /// The loop of this process. It runs on the thread that calls ``run(_:)``.
    ///
    /// In a process without such a call, such as a test runner, the first job starts a thread for it.
    package static let main = EventLoop()

    // Only the loop's thread uses these pointers, except for `uv_async_send`, which any thread may call.
    nonisolated(unsafe) let uv: UnsafeMutablePointer<uv_loop_t>
    private nonisolated(unsafe) let wakeHandle: UnsafeMutablePointer<uv_async_t>
    private nonisolated(unsafe) let prepareHandle: UnsafeMutablePointer<uv_prepare_t>
    private nonisolated(unsafe) let checkHandle: UnsafeMutablePointer<uv_check_t>

    /// The `pthread_t` of the thread in ``run(_:)``; 0 before that.
    private let thread = Atomic<UInt>(0)
    private let hasOwner = Locked(false)
    private let inbox = Locked<[UnownedJob]>([])

    // Used only on the loop's thread.
    private nonisolated(unsafe) var ready: [UnownedJob] = []
    private nonisolated(unsafe) var running: [UnownedJob] = []
    private nonisolated(unsafe) var turnActions: [@LoopActor () -> Void] = []
    private nonisolated(unsafe) var exitStatus: Int32 = 0

    /// The most passes over ready jobs before I/O gets its turn.
    private static let passLimit = 64

    /// The turns after the body has returned in which libraries can close their handles.
    private static let rundownTurns = 64

    private init() {
        self.uv = .allocate(capacity: 1)
        self.wakeHandle = .allocate(capacity: 1)
        self.prepareHandle = .allocate(capacity: 1)
        self.checkHandle = .allocate(capacity: 1)
        precondition(uv_loop_init(self.uv) == 0, "uv_loop_init failed")
        // A write to a closed pipe should fail with EPIPE instead of ending the process.
        signal(SIGPIPE, SIG_IGN)

        uv_async_init(self.uv, self.wakeHandle) { _ in }  // Waking is all: the check handle does the work.
        uv_prepare_init(self.uv, self.prepareHandle)
        uv_check_init(self.uv, self.checkHandle)
        // The loop lives as long as the process, so its handles may refer to it unretained.
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        self.prepareHandle.pointee.data = opaque
        self.checkHandle.pointee.data = opaque
        // The prepare handle runs jobs from timers and close callbacks; the check handle runs jobs from I/O.
        uv_prepare_start(self.prepareHandle) { EventLoop.from($0!.pointee.data).runJobs() }
        uv_check_start(self.checkHandle) { EventLoop.from($0!.pointee.data).runJobs() }
        uv_unref(UnsafeMutableRawPointer(self.prepareHandle).assumingMemoryBound(to: uv_handle_t.self))
        uv_unref(UnsafeMutableRawPointer(self.checkHandle).assumingMemoryBound(to: uv_handle_t.self))
    }

    /// Runs `body` and everything it starts on the calling thread, and returns its exit status.
    ///
    /// May be called once per process.
    package func run(_ body: @escaping @Sendable @LoopActor () async -> Int32) -> Int32 {
        self.hasOwner.withLock { hasOwner in
            precondition(!hasOwner, "EventLoop.run may be called once, before the first job")
            hasOwner = true
        }
        self.thread.store(pthread_self(), ordering: .relaxed)
        Task(executorPreference: self) { await self.perform(body) }
        uv_run(self.uv, UV_RUN_DEFAULT)
        for _ in 0..<Self.rundownTurns { uv_run(self.uv, UV_RUN_NOWAIT) }
        return self.exitStatus
    }

    @LoopActor private func perform(_ body: @LoopActor () async -> Int32) async {
        self.exitStatus = await body()
        uv_stop(self.uv)
    }

    /// Lends the `uv_loop_t *` to a library that runs on the loop. It lives as long as the process.
    package func withUVLoop<R>(_ body: (UnsafeMutableRawPointer) throws -> R) rethrows -> R {
        try body(UnsafeMutableRawPointer(self.uv))
    }

    /// Runs `action` once, after all jobs of this turn, for batching writes.
    @LoopActor package func atEndOfTurn(_ action: @escaping @LoopActor () -> Void) {
        self.turnActions.append(action)
    }

    /// Whether the caller is on the loop's thread.
    package var isOnLoop: Bool { self.thread.load(ordering: .relaxed) == pthread_self() }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if self.isOnLoop {
            self.ready.append(job)
        } else {
            self.inbox.withLock { $0.append(job) }
            uv_async_send(self.wakeHandle)
            self.startThreadIfUnowned()
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func isIsolatingCurrentContext() -> Bool? { self.isOnLoop }

    package func checkIsolated() { precondition(self.isOnLoop, "not on the event loop's thread") }

    private func startThreadIfUnowned() {
        let isUnowned = self.hasOwner.withLock { hasOwner in
            defer { hasOwner = true }
            return !hasOwner
        }
        guard isUnowned else { return }
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { _ in
                EventLoop.main.thread.store(pthread_self(), ordering: .relaxed)
                // Returns when the process exits: the wake handle stays open until then.
                uv_run(EventLoop.main.uv, UV_RUN_DEFAULT)
                return nil
            },
            nil
        )
        precondition(status == 0, "pthread_create failed")
        atexit { EventLoop.main.endThread() }
    }

    /// Ends the thread before the destructors of libuv run: what it uses is gone then, and libuv would abort.
    private func endThread() {
        Task(executorPreference: self) { @LoopActor in uv_stop(self.uv) }
        pthread_join(self.thread.load(ordering: .relaxed), nil)
    }

    private static func from(_ opaque: UnsafeMutableRawPointer) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func runJobs() {
        self.inbox.withLock { inbox in
            self.ready += inbox
            inbox.removeAll(keepingCapacity: true)
        }
        for _ in 0..<Self.passLimit {
            if self.ready.isEmpty {
                if self.turnActions.isEmpty { return }
                let actions = self.turnActions
                self.turnActions.removeAll(keepingCapacity: true)
                LoopActor.assumeIsolated { for action in actions { action() } }
                continue
            }
            swap(&self.ready, &self.running)
            for job in self.running {
                job.runSynchronously(
                    isolatedTo: self.asUnownedSerialExecutor(),
                    taskExecutor: self.asUnownedTaskExecutor()
                )
            }
            self.running.removeAll(keepingCapacity: true)
        }
        uv_async_send(self.wakeHandle)  // More is waiting: poll without sleeping, then go on.
    }
}
