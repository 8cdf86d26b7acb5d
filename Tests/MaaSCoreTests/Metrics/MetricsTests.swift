internal import FoundationEssentials
internal import Glibc
@testable internal import MaaSCore
internal import Testing

@Suite("Metrics", .timeLimit(.minutes(1)))
@LoopActor
struct MetricsTests {
    private let metrics = Metrics()

    @Test("The text is what the format asks for: names in order, labels escaped, histograms cumulative")
    func format() {
        let requests = self.metrics.counter("maas_requests_total", help: "Back\\slash\nand line.", labels: ["route"])
        requests.increment("/v1/\"tasks\"\\\n")
        requests.add(2, "/healthz")
        self.metrics.gauge("maas_depth", help: "Waiting tasks.").set(1.5)
        let waits = self.metrics.histogram("maas_waits_seconds", help: "Waits.", buckets: HistogramBuckets([0.5, 1]))
        for wait in [0.25, 0.5, 0.75, 4] { waits.observe(wait) }
        let expected = #"""
            # HELP maas_depth Waiting tasks.
            # TYPE maas_depth gauge
            maas_depth 1.5
            # HELP maas_requests_total Back\\slash\nand line.
            # TYPE maas_requests_total counter
            maas_requests_total{route="/healthz"} 2
            maas_requests_total{route="/v1/\"tasks\"\\\n"} 1
            # HELP maas_waits_seconds Waits.
            # TYPE maas_waits_seconds histogram
            maas_waits_seconds_bucket{le="0.5"} 2
            maas_waits_seconds_bucket{le="1"} 3
            maas_waits_seconds_bucket{le="+Inf"} 4
            maas_waits_seconds_sum 5.5
            maas_waits_seconds_count 4

            """#
        #expect(self.metrics.text == expected)
    }

    @Test("A metric without labels exists from the start, and a callback is called at each collection")
    func zero() {
        _ = self.metrics.counter("maas_errors_total", help: "Errors.")
        @LoopActor
        final class Queue {
            var depth: Double? = 3
        }
        let queue = Queue()
        self.metrics.gauge("maas_depth", help: "Depth.") { queue.depth }
        #expect(self.metrics.text.contains("\nmaas_errors_total 0\n"))
        #expect(self.metrics.text.contains("\nmaas_depth 3\n"))
        queue.depth = nil
        #expect(!self.metrics.text.contains("\nmaas_depth 3\n"))
    }

    @Test("A series that is started is exported as zero, and keeps what was counted")
    func start() {
        let ends = self.metrics.counter("maas_ends_total", help: "Ends.", labels: ["state"])
        ends.increment("FAILED")
        for state in ["FAILED", "COMPLETED"] { ends.start(state) }
        #expect(self.metrics.text.contains("\nmaas_ends_total{state=\"COMPLETED\"} 0\n"))
        #expect(self.metrics.text.contains("\nmaas_ends_total{state=\"FAILED\"} 1\n"))
    }

    @Test("A metric registered twice is shared")
    func sharing() {
        self.metrics.counter("maas_errors_total", help: "Errors.", labels: ["kind"]).increment("a")
        self.metrics.counter("maas_errors_total", help: "Errors.", labels: ["kind"]).increment("a")
        #expect(self.metrics.text.contains("maas_errors_total{kind=\"a\"} 2\n"))
    }

    @Test("The number of series is bounded: beyond the limit they are counted as other")
    func bounds() {
        let counter = self.metrics.counter("maas_tasks_total", help: "Tasks.", labels: ["user", "state"])
        let limit = MetricSeries<Double>.limit
        for number in 0..<limit + 100 { counter.increment("user-\(number)", "queued") }
        counter.increment("user-0", "queued")
        let lines = self.metrics.text.split(separator: "\n").filter { $0.hasPrefix("maas_tasks_total{") }
        #expect(lines.count == limit + 1)
        #expect(lines.contains("maas_tasks_total{user=\"other\",state=\"other\"} 100"))
        #expect(lines.contains("maas_tasks_total{user=\"user-0\",state=\"queued\"} 2"))
    }

    @Test("Beyond the limit, values of a kept label are still told apart")
    func kept() {
        let counter = self.metrics.counter(
            "maas_requests_total",
            help: "Requests.",
            labels: ["route", "status"],
            keeping: ["status"]
        )
        for number in 0..<600 { counter.increment("/\(number)", "200") }
        for route in ["/new", "/newer"] { counter.increment(route, "503") }
        #expect(self.metrics.text.contains("\nmaas_requests_total{route=\"other\",status=\"200\"} 88\n"))
        #expect(self.metrics.text.contains("\nmaas_requests_total{route=\"other\",status=\"503\"} 2\n"))
    }

    @Test(
        "Numbers are written in Go's format",
        arguments: [
            (0.0, "0"), (1e15, "1000000000000000"), (0.001, "0.001"), (1e-7, "1e-07"), (-2.5, "-2.5"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
        ]
    )
    func numbers(value: Double, text: String) {
        #expect(MetricText.number(value) == text)
    }

    @Test("The process reports its memory, its descriptors and its build")
    func process() throws {
        ProcessMetrics.register(in: self.metrics, service: "test")
        let text = self.metrics.text
        #expect(text.contains("maas_build_info{service=\"test\",version=\"\(MaaSVersion.current)\"} 1\n"))
        let names = ["resident_memory_bytes", "open_fds", "max_fds", "cpu_seconds_total", "start_time_seconds"]
        for name in names {
            let line = text.split(separator: "\n").first { $0.hasPrefix("process_\(name) ") }
            let value = try #require(line?.split(separator: " ").last.flatMap { Double($0) }, "no process_\(name)")
            #expect(value > 0)
        }
    }

    @Test("The loop's lag is measured when its thread is blocked")
    func lag() async throws {
        let lag = LoopLag(in: self.metrics)
        defer { lag.close() }
        usleep(400_000)  // What must never happen: it holds the loop for 0.3 s longer than a timer of it waits.
        while self.metrics.text.contains("maas_loop_lag_seconds_count 0\n") {
            try await LoopClock().sleep(for: .milliseconds(5))
        }
        // The first of them; by now others may have been measured.
        let text = self.metrics.text
        let counts = ["0.25", "5"].map { bound in
            let name = "maas_loop_lag_seconds_bucket{le=\"\(bound)\"} "
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        }
        #expect(counts[0] < counts[1], "one was above 0.25 s, and not above 5")
    }

    @Test("Prometheus' own checker finds nothing", .enabled(if: getenv("MAAS_PROMTOOL") != nil))
    func promtool() async throws {
        ProcessMetrics.register(in: self.metrics, service: "test")
        LoopLag(in: self.metrics).close()
        self.metrics.counter("maas_odd_total", help: "Odd \\ \n \"values\".", labels: ["value"]).increment("\"\\\n€")
        let path = FileManager.default.temporaryDirectory.path + "/maas-metrics-\(getpid()).txt"
        try self.metrics.text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        var output: [UInt8] = []
        let tool = ProcessInfo.processInfo.environment["MAAS_PROMTOOL"] ?? ""
        let command = ChildProcess.Command("sh", ["-c", "exec \"$0\" check metrics <\"$1\"", tool, path])
        let child = try ChildProcess.spawn(command) { _, bytes in output += bytes }
        let status = await child.waitForExit()
        await child.waitForOutput()
        #expect(status == .exited(0), "\(String(decoding: output, as: UTF8.self))")
        #expect(output.isEmpty)
    }
}
