internal import CCurl

/// The owner of a `CURLM *`: connects libcurl's sockets and timer to the loop.
///
/// libcurl must not be called inside its own callbacks, so these only record events. `onActivity` runs after each call
/// into libcurl has returned, where any call is allowed, including ``close()``.
@LoopActor
final class CurlMultiHandle {
    private let onActivity: @LoopActor () -> Void
    private var pointer: UnsafeMutableRawPointer?
    private var watchers: [CInt: DescriptorWatcher] = [:]
    private var timer: LoopTimer?

    /// Initializes libcurl, once per process, before anything else.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// `onActivity` must not retain the owner, which must call ``close()`` before it is deallocated.
    init(idleConnections: Int, connectionsPerHost: Int, onActivity: @escaping @LoopActor () -> Void) {
        precondition(Self.isLibraryReady, "libcurl cannot start")
        self.onActivity = onActivity
        let pointer = curl_multi_init()
        self.pointer = pointer
        self.timer = LoopTimer { [unowned self] in self.act(CURL_SOCKET_TIMEOUT, 0) }
        curl_multi_setopt_long(pointer, CURLMOPT_MAXCONNECTS, idleConnections)
        curl_multi_setopt_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        // Unretained: `close`, which the owner calls, ends all callbacks.
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_setopt_pointer(pointer, CURLMOPT_SOCKETDATA, context)
        curl_multi_setopt_pointer(pointer, CURLMOPT_TIMERDATA, context)
        curl_multi_setopt_socket(pointer) { _, descriptor, action, context, _ in
            LoopActor.assumeIsolated { CurlMultiHandle.from(context).watch(descriptor, action) }
            return 0
        }
        curl_multi_setopt_timer(pointer) { _, milliseconds, context in
            LoopActor.assumeIsolated { CurlMultiHandle.from(context).setTimer(milliseconds) }
            return 0
        }
    }

    /// Starts the transfer of `easy`, which must be kept until ``remove(_:)``.
    func add(_ easy: CurlEasyHandle) {
        curl_multi_add_handle(self.pointer, easy.pointer)
    }

    /// Aborts the transfer of `easy` if it has not finished.
    func remove(_ easy: CurlEasyHandle) {
        curl_multi_remove_handle(self.pointer, easy.pointer)
    }

    /// The next finished transfer, as its handle's pointer, and its result.
    func nextFinished() -> (easy: UnsafeMutableRawPointer, result: CURLcode)? {
        var left: CInt = 0
        while let pointer = self.pointer, let message = curl_multi_info_read(pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            return (easy, curl_message_result(message))  // The message itself dies with `remove`.
        }
        return nil
    }

    /// Closes every connection. All transfers must have been removed.
    func close() {
        guard let pointer = self.pointer else { return }
        self.pointer = nil
        curl_multi_cleanup(pointer)  // Still calls back to take its sockets away.
        for watcher in self.watchers.values { watcher.close() }
        self.watchers = [:]
        self.timer?.close()
        self.timer = nil
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlMultiHandle {
        // Set above, never null.
        Unmanaged<CurlMultiHandle>.fromOpaque(context!).takeUnretainedValue()
    }

    private func setTimer(_ milliseconds: Int) {
        if milliseconds < 0 {
            self.timer?.stop()
        } else {
            self.timer?.start(after: .milliseconds(milliseconds))
        }
    }

    private func watch(_ descriptor: CInt, _ action: CInt) {
        if action == CURL_POLL_REMOVE {
            self.watchers.removeValue(forKey: descriptor)?.close()
            return
        }
        let watcher =
            self.watchers[descriptor]
            ?? DescriptorWatcher(descriptor: descriptor) { [unowned self] events in self.act(descriptor, events) }
        self.watchers[descriptor] = watcher
        var events: DescriptorWatcher.Events = []
        if action & CURL_POLL_IN != 0 { events.insert(.readable) }
        if action & CURL_POLL_OUT != 0 { events.insert(.writable) }
        watcher?.watch(events)
    }

    private func act(_ descriptor: CInt, _ events: DescriptorWatcher.Events) {
        var ready: CInt = 0
        if events.contains(.readable) { ready |= CURL_CSELECT_IN }
        if events.contains(.writable) { ready |= CURL_CSELECT_OUT }
        self.act(descriptor, ready)
    }

    private func act(_ descriptor: CInt, _ ready: CInt) {
        var running: CInt = 0
        curl_multi_socket_action(self.pointer, descriptor, ready, &running)
        self.onActivity()
    }
}
