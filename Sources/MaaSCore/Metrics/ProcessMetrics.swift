internal import FoundationEssentials
internal import Glibc

/// The standard metrics of every process, named as by Prometheus' own clients
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
@LoopActor
package enum ProcessMetrics {
    package static func register(in metrics: Metrics, service: String) {
        metrics.gauge("maas_build_info", help: "Which build this is; always 1.", labels: ["service", "version"]) {
            [([service, MaaSVersion.current], 1)]
        }
        let started = Double(Timestamp.now().milliseconds) / 1000
        metrics.gauge("process_start_time_seconds", help: "When the process started, in seconds since 1970.") {
            started
        }
        metrics.counter("process_cpu_seconds_total", help: "CPU time used, in user and system mode.") { Self.cpuTime }
        metrics.gauge("process_resident_memory_bytes", help: "Memory the process has in RAM.") { Self.residentMemory }
        metrics.gauge("process_open_fds", help: "Open file descriptors.") { Self.openDescriptors }
        metrics.gauge("process_max_fds", help: "File descriptors the process may open.") { Self.descriptorLimit }
    }

    /// By clock(3), which counts in microseconds on every system.
    private static var cpuTime: Double? {
        let time = clock()
        return time < 0 ? nil : Double(time) / 1e6
    }

    /// The second number of `statm` is in pages: proc(5).
    private static var residentMemory: Double? {
        let numbers = Self.read("/proc/self/statm").split(separator: " ")
        guard numbers.count > 1, let pages = Double(numbers[1]) else { return nil }
        return pages * Double(getpagesize())
    }

    private static var openDescriptors: Double? {
        // Minus the descriptor that reads the directory.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double(max(0, $0.count - 1)) }
    }

    private static var descriptorLimit: Double? {
        let line = Self.read("/proc/self/limits").split(separator: "\n").first { $0.hasPrefix("Max open files") }
        // The soft limit comes before the hard one; it may be "unlimited".
        return line?.split(separator: " ").dropFirst(3).first.flatMap { Double($0) }
    }

    /// A small file in /proc, which is generated when it is read, so nothing here waits for a disk.
    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
