internal import CUV
internal import Glibc

/// Looks host names up without blocking the loop: libuv asks the system's resolver on a thread of its own.
package enum HostResolver {
    /// The numeric addresses of `host`, IPv4 first. A numeric address is its own answer.
    @LoopActor
    package static func addresses(of host: String) async throws(HostResolverError) -> [String] {
        if Self.isNumeric(host) { return [host] }
        let result: Result<[String], HostResolverError> = await withCheckedContinuation { continuation in
            let lookup = Lookup(host: host, continuation)
            lookup.start()
        }
        return try result.get()
    }

    private static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()  // Room for either kind.
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
}

/// One call of `uv_getaddrinfo`; libuv holds it until the answer is there.
@LoopActor
private final class Lookup {
    private let host: String
    private let continuation: CheckedContinuation<Result<[String], HostResolverError>, Never>
    private let request: UnsafeMutablePointer<uv_getaddrinfo_t>

    init(host: String, _ continuation: CheckedContinuation<Result<[String], HostResolverError>, Never>) {
        self.host = host
        self.continuation = continuation
        self.request = .allocate(capacity: 1)
    }

    func start() {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(maas_stream_socket)
        // Released by the callback, or here if refused.
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
        defer {
            uv_freeaddrinfo(list)
            self.request.deallocate()
        }
        var found: (four: [String], six: [String]) = ([], [])
        for entry in sequence(first: list, next: { $0?.pointee.ai_next }) {
            guard let entry, let address = entry.pointee.ai_addr, let text = Self.text(address) else { continue }
            if entry.pointee.ai_family == AF_INET { found.four.append(text) } else { found.six.append(text) }
        }
        let addresses = found.four + found.six
        if addresses.isEmpty {
            let message = status == 0 ? "it has no address" : String(cString: uv_strerror(status))
            self.continuation.resume(returning: .failure(HostResolverError(host: self.host, message: message)))
        } else {
            self.continuation.resume(returning: .success(addresses))
        }
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard uv_ip_name(address, &bytes, bytes.count) == 0 else { return nil }
        return bytes.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
