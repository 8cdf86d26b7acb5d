internal import CUV
internal import Glibc

/// Resolves host names without blocking the loop: libuv calls the system's resolver on its thread pool.
package enum HostResolver {
    /// Look-ups under way, by name, shared by all callers. libuv has two threads for them, and callers retry constantly
    /// while the name server is down.
    @LoopActor private static var underway: [String: Lookup] = [:]

    /// The numeric addresses of `host`, IPv4 first. A numeric address is returned as it is.
    ///
    /// - Parameter limit: how long to wait; nil for as long as the system's resolver takes. Cancelling the task ends
    ///   the wait.
    @LoopActor
    package static func addresses(
        of host: String,
        within limit: Duration? = nil
    ) async throws(HostResolverError) -> [String] {
        if Self.isNumeric(host) { return [host] }
        let waiter = Waiter()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter.wait(continuation)
                if let limit { waiter.expire(after: limit, host) }
                let lookup = Self.underway[host] ?? Lookup(host: host)
                Self.underway[host] = lookup
                lookup.join(waiter) { Self.underway[host] = nil }
            }
        } onCancel: {
            LoopActor.later {
                waiter.finish(.failure(HostResolverError(host: host, message: "the look-up was cancelled")))
            }
        }
        return try result.get()
    }

    private static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()  // Room for either kind.
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
}

private typealias Answer = Result<[String], HostResolverError>

/// A caller waiting for an answer; only the first answer counts.
@LoopActor
private final class Waiter {
    private var continuation: CheckedContinuation<Answer, Never>?
    private var timer: LoopTimer?

    func wait(_ continuation: CheckedContinuation<Answer, Never>) { self.continuation = continuation }

    func expire(after limit: Duration, _ host: String) {
        let timer = LoopTimer {
            self.finish(.failure(HostResolverError(host: host, message: "no answer within \(limit)")))
        }
        self.timer = timer
        timer.start(after: limit)
    }

    func finish(_ answer: Answer) {
        self.timer?.close()
        self.timer = nil
        self.continuation.take()?.resume(returning: answer)
    }
}

/// One call of `uv_getaddrinfo`; libuv retains it until the answer arrives.
@LoopActor
private final class Lookup {
    private let host: String
    private let request: UnsafeMutablePointer<uv_getaddrinfo_t>
    private var waiters: [Waiter] = []
    private var onEnd: () -> Void = {}

    init(host: String) {
        self.host = host
        self.request = .allocate(capacity: 1)
    }

    /// Adds a waiter. The first one starts the look-up; `onEnd` is called when it is over.
    func join(_ waiter: Waiter, onEnd: @escaping () -> Void) {
        self.waiters.append(waiter)
        guard self.waiters.count == 1 else { return }
        self.onEnd = onEnd
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(maas_stream_socket)
        // Released by the callback, or here if the call fails.
        self.request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_getaddrinfo(
            EventLoop.main.uv,
            self.request,
            { request, status, list in
                let lookup = Unmanaged<Lookup>.fromOpaque(request!.pointee.data).takeRetainedValue()
                LoopActor.assumeIsolated { lookup.finish(status, list) }
            },
            self.host,
            nil,
            &hints
        )
        if status != 0 {
            Unmanaged.passUnretained(self).release()
            self.finish(status, nil)
        }
    }

    private func finish(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
        let answer = self.answer(status, list)
        uv_freeaddrinfo(list)
        self.request.deallocate()
        self.onEnd()
        for waiter in self.waiters { waiter.finish(answer) }
        self.waiters = []
    }

    private func answer(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) -> Answer {
        var found: (four: [String], six: [String]) = ([], [])
        for entry in sequence(first: list, next: { $0?.pointee.ai_next }) {
            guard let entry, let address = entry.pointee.ai_addr, let text = Self.text(address) else { continue }
            if entry.pointee.ai_family == AF_INET { found.four.append(text) } else { found.six.append(text) }
        }
        let addresses = found.four + found.six
        if !addresses.isEmpty { return .success(addresses) }
        let message = status == 0 ? "it has no address" : String(cString: uv_strerror(status))
        return .failure(HostResolverError(host: self.host, message: message))
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard uv_ip_name(address, &bytes, bytes.count) == 0 else { return nil }
        return bytes.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
