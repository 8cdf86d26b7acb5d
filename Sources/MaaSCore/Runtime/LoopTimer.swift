internal import CUV

/// A reusable timer on the loop, until ``close()``.
///
/// libuv retains it until it is closed, so the owner must close it.
@LoopActor
package final class LoopTimer {
    private let handle: UnsafeMutablePointer<uv_timer_t>
    private var handler: (@LoopActor () -> Void)?

    package init(handler: @escaping @LoopActor () -> Void) {
        self.handle = .allocate(capacity: 1)
        self.handler = handler
        uv_timer_init(EventLoop.main.uv, self.handle)
        self.handle.pointee.data = Unmanaged.passRetained(self).toOpaque()  // Released when libuv has closed it.
    }

    /// Whether the timer is running.
    package var isActive: Bool {
        self.handler != nil
            && uv_is_active(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) != 0
    }

    /// Fires once after `delay`, then every `interval` if given. Restarts a running timer.
    package func start(after delay: Duration, repeating interval: Duration? = nil) {
        guard self.handler != nil else { return }
        // The loop's cached time is as old as this turn; without an update the timer could fire early.
        uv_update_time(EventLoop.main.uv)
        uv_timer_start(
            self.handle,
            { handle in
                let timer = Unmanaged<LoopTimer>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
                LoopActor.assumeIsolated { timer.handler?() }
            },
            delay.wholeMilliseconds,
            interval.map { max(1, $0.wholeMilliseconds) } ?? 0
        )
    }

    package func stop() {
        guard self.handler != nil else { return }
        uv_timer_stop(self.handle)
    }

    package func close() {
        guard self.handler != nil else { return }
        self.handler = nil
        uv_close(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let timer = Unmanaged<LoopTimer>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            LoopActor.assumeIsolated { timer.handle.deallocate() }
        }
    }
}
