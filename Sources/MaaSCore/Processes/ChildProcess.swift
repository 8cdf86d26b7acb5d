internal import CUV
internal import Glibc

/// A child process in its own process group, whose output arrives on the loop.
///
/// libuv retains it until the child has ended and its pipes are closed; it need not be closed explicitly.
@LoopActor
package final class ChildProcess {
    /// The stream that output came from.
    package enum Stream: Sendable { case standardOutput, standardError }

    /// How the child ended.
    package enum ExitStatus: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)

        /// The exit code as a shell reports it: 128 plus the signal if it was signalled.
        package var shellCode: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let number): 128 + number
            }
        }
    }

    /// The command to run and its options.
    package struct Command: Sendable {
        /// Searched in `PATH` unless it contains a slash.
        package var executable: String
        package var arguments: [String]
        /// The complete environment; nil to inherit.
        package var environment: [String: String]?
        package var directory: String?
        /// Whether the child gets its own session and process group, for ``ChildProcess/signalGroup(_:)``.
        package var leadsGroup = true
        /// Whether output is piped to the handler; otherwise it is inherited.
        package var capturesOutput = true

        package init(
            _ executable: String,
            _ arguments: [String] = [],
            environment: [String: String]? = nil,
            directory: String? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
        }
    }

    package typealias OutputHandler = @LoopActor (Stream, UnsafeRawBufferPointer) -> Void

    package private(set) var pid: Int32 = 0
    package private(set) var status: ExitStatus?
    private let handle: UnsafeMutablePointer<uv_process_t>
    private var pipes: [ChildPipe] = []
    private var openPipes = 0
    private var exitWaiters: [CheckedContinuation<ExitStatus, Never>] = []
    private var outputWaiters: [CheckedContinuation<Void, Never>] = []

    private init() { self.handle = .allocate(capacity: 1) }

    /// Starts `command`; its output is passed to `output` as it arrives.
    package static func spawn(
        _ command: Command,
        output: @escaping OutputHandler = { _, _ in }
    ) throws(ChildProcessError) -> ChildProcess {
        let child = ChildProcess()
        let status = child.start(command, output)
        guard status == 0 else {
            throw ChildProcessError(executable: command.executable, message: String(cString: uv_strerror(status)))
        }
        return child
    }

    /// Waits until the child has ended. Output may still arrive: see ``waitForOutput()``.
    package func waitForExit() async -> ExitStatus {
        if let status = self.status { return status }
        return await withCheckedContinuation { self.exitWaiters.append($0) }
    }

    /// Waits for the end of both pipes: until the child and all that inherited them have closed them, or
    /// ``closeOutput()`` is called.
    package func waitForOutput() async {
        if self.openPipes == 0 { return }
        await withCheckedContinuation { self.outputWaiters.append($0) }
    }

    /// Stops reading output, so that a process that still holds a pipe, perhaps in another session, delays nobody.
    package func closeOutput() { for pipe in self.pipes { pipe.close() } }

    /// Sends a signal to the child only. Does nothing once it has ended.
    package func signal(_ number: Int32) {
        guard self.status == nil else { return }
        kill(self.pid, number)
    }

    /// Sends a signal to every process of the child's group, even after the child itself has ended.
    package func signalGroup(_ number: Int32) { kill(-self.pid, number) }

    private func start(_ command: Command, _ output: @escaping OutputHandler) -> Int32 {
        var options = uv_process_options_t()
        options.flags = command.leadsGroup ? UInt32(UV_PROCESS_DETACHED.rawValue) : 0
        options.exit_cb = { handle, code, signal in
            let opaque = handle!.pointee.data!
            let child = Unmanaged<ChildProcess>.fromOpaque(opaque).takeUnretainedValue()
            LoopActor.assumeIsolated { child.didExit(code, signal) }
        }

        var stdio = [uv_stdio_container_t](repeating: uv_stdio_container_t(), count: 3)
        stdio[0].flags = UV_IGNORE
        for (index, stream) in [(1, Stream.standardOutput), (2, .standardError)] {
            if command.capturesOutput {
                let pipe = ChildPipe { [unowned self] bytes in
                    if let bytes { output(stream, bytes) } else { self.didClosePipe() }
                }
                self.pipes.append(pipe)
                stdio[index].flags = uv_stdio_flags(rawValue: UV_CREATE_PIPE.rawValue | UV_WRITABLE_PIPE.rawValue)
                pipe.withStream { stdio[index].data.stream = $0 }
            } else {
                stdio[index].flags = UV_INHERIT_FD
                stdio[index].data.fd = Int32(index)
            }
        }

        // libuv uses these pointers only until it has forked.
        let status = withCStrings([command.executable] + command.arguments) { arguments in
            withCStrings((command.environment ?? [:]).map { "\($0.key)=\($0.value)" }) { environment in
                stdio.withUnsafeMutableBufferPointer { stdio in
                    options.stdio_count = Int32(stdio.count)
                    options.stdio = stdio.baseAddress
                    options.file = UnsafePointer(arguments[0])
                    options.args = arguments
                    if command.environment != nil { options.env = environment }
                    return withOptionalCString(command.directory) { directory in
                        options.cwd = directory
                        return uv_spawn(EventLoop.main.uv, self.handle, &options)
                    }
                }
            }
        }
        // Even after a failed spawn, libuv owns the handle until it is closed.
        self.handle.pointee.data = Unmanaged.passRetained(self).toOpaque()  // Released in `closeHandle`.
        guard status == 0 else {
            self.closeHandle()
            for pipe in self.pipes { pipe.close() }
            return status
        }
        self.pid = self.handle.pointee.pid
        self.openPipes = self.pipes.count
        for pipe in self.pipes { pipe.startReading() }
        return 0
    }

    private func didExit(_ code: Int64, _ signal: Int32) {
        let status: ExitStatus = signal == 0 ? .exited(Int32(truncatingIfNeeded: code)) : .signalled(signal)
        self.status = status
        for waiter in self.exitWaiters { waiter.resume(returning: status) }
        self.exitWaiters = []
        if self.openPipes == 0 { self.closeHandle() }
    }

    private func didClosePipe() {
        self.openPipes -= 1
        guard self.openPipes == 0 else { return }
        for waiter in self.outputWaiters { waiter.resume() }
        self.outputWaiters = []
        if self.status != nil { self.closeHandle() }
    }

    private func closeHandle() {
        uv_close(UnsafeMutableRawPointer(self.handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let child = Unmanaged<ChildProcess>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            LoopActor.assumeIsolated { child.handle.deallocate() }
        }
    }
}

/// Lends a null-terminated array of C strings, as for `execve`.
private func withCStrings<R>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }  // Never empty: it ends in nil.
}

private func withOptionalCString<R>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    guard let string else { return body(nil) }
    return string.withCString(body)
}
