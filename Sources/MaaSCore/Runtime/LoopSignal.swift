internal import CUV

/// Calls its handler on the loop each time a signal arrives, until ``close()``, which restores the default action.
@LoopActor
package final class LoopSignal {
    private let handle: UnsafeMutablePointer<uv_signal_t>
    private var handler: (@LoopActor () -> Void)?

    package init(_ number: Int32, handler: @escaping @LoopActor () -> Void) {
        self.handle = .allocate(capacity: 1)
        self.handler = handler
        uv_signal_init(EventLoop.main.uv, self.handle)
        self.handle.pointee.data = Unmanaged.passRetained(self).toOpaque()  // Released when libuv has closed it.
        uv_signal_start(
            self.handle,
            { handle, _ in
                let signal = Unmanaged<LoopSignal>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
                LoopActor.assumeIsolated { signal.handler?() }
            },
            number
        )
    }

    package func close() {
        guard self.handler != nil else { return }
        self.handler = nil
        uv_close(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let signal = Unmanaged<LoopSignal>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            LoopActor.assumeIsolated { signal.handle.deallocate() }
        }
    }
}
