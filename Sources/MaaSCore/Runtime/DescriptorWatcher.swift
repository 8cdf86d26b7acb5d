internal import CUV

/// Watches a file descriptor on the loop until ``close()``, which must be called before the descriptor is closed.
@LoopActor
package final class DescriptorWatcher {
    package struct Events: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let readable = Events(rawValue: Int32(UV_READABLE.rawValue))
        package static let writable = Events(rawValue: Int32(UV_WRITABLE.rawValue))
    }

    private let handle: UnsafeMutablePointer<uv_poll_t>
    private var handler: (@LoopActor (Events) -> Void)?
    private var watched: Events = []

    /// Returns nil when the descriptor cannot be polled (it is closed, a regular file, or already watched).
    package init?(descriptor: Int32, handler: @escaping @LoopActor (Events) -> Void) {
        self.handle = .allocate(capacity: 1)
        guard uv_poll_init(EventLoop.main.uv, self.handle, descriptor) == 0 else {
            self.handle.deallocate()
            return nil
        }
        self.handler = handler
        self.handle.pointee.data = Unmanaged.passRetained(self).toOpaque()  // Released when libuv has closed it.
    }

    /// Watches for `events`; stops when that is empty.
    package func watch(_ events: Events) {
        guard events != self.watched, self.handler != nil else { return }
        self.watched = events
        if events.isEmpty {
            uv_poll_stop(self.handle)
            return
        }
        uv_poll_start(self.handle, events.rawValue) { handle, status, events in
            let watcher = Unmanaged<DescriptorWatcher>.fromOpaque(handle!.pointee.data).takeUnretainedValue()
            LoopActor.assumeIsolated { watcher.handle(status, Events(rawValue: events)) }
        }
    }

    private func handle(_ status: Int32, _ events: Events) {
        if status == 0 {
            self.handler?(events)
        } else {
            // libuv has stopped the poll, so the next ``watch(_:)`` must start it again.
            self.watched = []
            // An error is reported as both: the owner learns the cause by trying.
            self.handler?([.readable, .writable])
        }
    }

    package func close() {
        guard self.handler != nil else { return }
        self.handler = nil
        uv_close(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let watcher = Unmanaged<DescriptorWatcher>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            LoopActor.assumeIsolated { watcher.handle.deallocate() }
        }
    }
}
