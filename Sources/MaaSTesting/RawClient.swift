internal import Glibc
package import MaaSCore

/// A client that sends exactly the given bytes, including what no proper HTTP library would send.
@LoopActor
package final class RawClient {
    package struct Failure: Error {
        package let message: String

        package init(message: String) { self.message = message }
    }

    package struct Response: Sendable {
        package var status = 0
        package var headers = HTTPHeaders()
        package var body: [UInt8] = []

        package var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    private let descriptor: CInt
    private var watcher: DescriptorWatcher?
    private var waiter: CheckedContinuation<Void, Never>?
    package private(set) var received: [UInt8] = []
    package private(set) var isAtEnd = false

    /// - Parameter segmentSize: the most bytes of a segment. The server's send buffer is a multiple of it, and over
    ///   loopback they have 64 kB.
    package init(port: Int, receiveBuffer: CInt? = nil, segmentSize: CInt? = nil) throws {
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        if var size = segmentSize {
            setsockopt(self.descriptor, CInt(IPPROTO_TCP), TCP_MAXSEG, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        // The kernel completes a loopback connection without the server's help, so this does not block.
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(message: "cannot connect to port \(port)") }
        self.watcher = DescriptorWatcher(descriptor: self.descriptor) { [weak self] _ in self?.waiter.take()?.resume() }
    }

    package func send(_ text: String) async throws { try await self.send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN, !self.isAtEnd {
                await self.wait(for: .writable)
            } else {
                throw Failure(message: "the server has closed the connection")
            }
        }
    }

    /// Reads until `isEnough` returns true, or to the end of the connection.
    package func read(until isEnough: ([UInt8]) -> Bool) async throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isEnough(self.received), !self.isAtEnd {
            let count = recv(self.descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                self.received += buffer[..<count]
            } else if count == 0 {
                self.isAtEnd = true
            } else if errno == EAGAIN {
                await self.wait(for: .readable)
            } else {
                self.isAtEnd = true
            }
        }
    }

    /// Discards the first `count` bytes.
    package func drop(_ count: Int) { self.received.removeFirst(count) }

    package func readToEnd() async throws { try await self.read { _ in false } }

    /// Reads one response, and leaves what follows it.
    package func response(toHead isHead: Bool = false) async throws -> Response {
        let headEnd = Array("\r\n\r\n".utf8)
        try await self.read { Self.find(headEnd, in: $0) != nil }
        guard let end = Self.find(headEnd, in: self.received) else {
            throw Failure(message: "no response but \(String(decoding: self.received, as: UTF8.self))")
        }
        // CRLF is one Character.
        var lines = String(decoding: self.received[..<end], as: UTF8.self).split(separator: "\r\n" as Character)[...]
        var response = Response()
        response.status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            response.headers.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        self.received.removeFirst(end + 4)
        if isHead || [100, 101, 204, 304].contains(response.status) { return response }
        if response.headers["transfer-encoding"] == "chunked" {
            response.body = try await self.chunks()
        } else if let count = response.headers["content-length"].flatMap({ Int($0) }) {
            try await self.read { $0.count >= count }
            response.body = Array(self.received.prefix(count))
            self.received.removeFirst(min(count, self.received.count))
        } else {
            try await self.readToEnd()
            response.body = self.received
            self.received = []
        }
        return response
    }

    private func chunks() async throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            try await self.read { Self.find([13, 10], in: $0) != nil }
            guard let end = Self.find([13, 10], in: self.received),
                let size = Int(String(decoding: self.received[..<end], as: UTF8.self), radix: 16)
            else { throw Failure(message: "a broken chunk") }
            self.received.removeFirst(end + 2)
            try await self.read { $0.count >= size + 2 }
            guard self.received.count >= size + 2 else { throw Failure(message: "a chunk ends too early") }
            body += self.received[..<size]
            self.received.removeFirst(size + 2)
            if size == 0 { return body }
        }
    }

    private func wait(for events: DescriptorWatcher.Events) async {
        self.watcher?.watch(events)
        await withTaskCancellationHandler {
            await withCheckedContinuation { self.waiter = $0 }
        } onCancel: {
            LoopActor.later {
                self.isAtEnd = true
                self.waiter.take()?.resume()
            }
        }
        self.watcher?.watch([])
    }

    /// Half-closes the connection for sending.
    package func shutdownSending() { shutdown(self.descriptor, CInt(SHUT_WR)) }

    /// Breaks the connection with RST.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        self.close()
    }

    package func close() {
        guard let watcher = self.watcher.take() else { return }
        watcher.close()
        Glibc.close(self.descriptor)
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...bytes.count - pattern.count).first { start in
            bytes[start] == pattern[0] && bytes[start..<start + pattern.count].elementsEqual(pattern)
        }
    }
}
