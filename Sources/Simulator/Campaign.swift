internal import Glibc

/// Runs many seeds, on all cores, until one fails.
struct Campaign: Sendable {
    private let arguments: SimulatorArguments
    /// Seeds handed to a core at once.
    private static let batch: UInt64 = 250

    init(_ arguments: SimulatorArguments) { self.arguments = arguments }

    /// Runs the seeds and prints the progress; false when a rule was violated.
    func run() async -> Bool {
        if self.arguments.showsTrace {
            return self.trace(self.arguments.first, crashPoint: self.arguments.crashPoint)
        }
        if self.arguments.isSurvey { return self.survey() }
        let clock = ContinuousClock()
        let begun = clock.now
        var told = begun
        var done: UInt64 = 0
        let failure = await withTaskGroup(of: (Failure?, UInt64).self) { group -> Failure? in
            var next = self.arguments.first
            let end = next + self.arguments.seeds
            func add() {
                guard next < end else { return }
                let seeds = next..<min(end, next + (self.arguments.crashesEverywhere ? 1 : Self.batch))
                next = seeds.upperBound
                group.addTask { (Self.run(seeds, self.arguments), UInt64(seeds.count)) }
            }
            for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) { add() }
            // Seeds finish in any order; the smallest failing one of those under way is reported.
            var failure: Failure?
            for await (found, count) in group {
                done += count
                if let found, found.seed < failure?.seed ?? .max { failure = found }
                if failure == nil { add() }
                if clock.now - told > .seconds(5) {
                    told = clock.now
                    self.tell(done, since: begun, clock)
                }
            }
            return failure
        }
        guard let failure else {
            self.tell(self.arguments.seeds, since: begun, clock)
            return true
        }
        _ = self.trace(failure.seed, crashPoint: failure.crashPoint)
        return false
    }

    private struct Failure: Sendable {
        let seed: UInt64
        let crashPoint: Int?
    }

    private static func run(_ seeds: Range<UInt64>, _ arguments: SimulatorArguments) -> Failure? {
        for seed in seeds {
            let scenario = Scenario(seed: seed)
            let world = World(scenario, mutation: arguments.mutation)
            world.run()
            if world.violation != nil { return Failure(seed: seed, crashPoint: nil) }
            guard arguments.crashesEverywhere, world.awaits > 0 else { continue }
            for point in 1...world.awaits {
                let world = World(scenario, mutation: arguments.mutation, crashPoint: point)
                world.run()
                if world.violation != nil { return Failure(seed: seed, crashPoint: point) }
            }
        }
        return nil
    }

    /// Runs all seeds one after the other and counts the failing ones.
    private func survey() -> Bool {
        var failing: [Violation.Rule: [UInt64]] = [:]
        for seed in self.arguments.first..<(self.arguments.first + self.arguments.seeds) {
            let world = World(Scenario(seed: seed), mutation: self.arguments.mutation)
            world.run()
            if let violation = world.violation { failing[violation.rule, default: []].append(seed) }
        }
        for (rule, seeds) in failing.sorted(by: { $0.value.count > $1.value.count }) {
            let examples = seeds.prefix(5).map(String.init).joined(separator: " ")
            print("\(rule.rawValue): \(seeds.count) seeds, as \(examples)")
        }
        return failing.isEmpty
    }

    private func tell(_ done: UInt64, since begun: ContinuousClock.Instant, _ clock: ContinuousClock) {
        let (seconds, attoseconds) = (clock.now - begun).components
        let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
        print("\(done) seeds without a fault, \(Int(Double(done) / max(elapsed, 0.001))) a second")
        fflush(nil)
    }

    /// Runs one seed again and prints its trace.
    private func trace(_ seed: UInt64, crashPoint: Int?) -> Bool {
        let world = World(Scenario(seed: seed), mutation: self.arguments.mutation, crashPoint: crashPoint) {
            print($0)
        }
        world.run()
        print("seed \(seed): \(world.violation?.description ?? "no fault"), digest \(String(world.digest, radix: 16))")
        if world.violation != nil {
            let crash = crashPoint.map { " CRASH_AT=\($0)" } ?? ""
            print("again: make simulate FIRST=\(seed) TRACE=1\(crash)")
        }
        fflush(nil)
        return world.violation == nil
    }
}
