/// The readiness of this process: named checks, and whether it is starting or draining.
@LoopActor
package final class Health {
    /// Returns nil when healthy, otherwise a description of the problem.
    package typealias Check = @LoopActor () async -> String?

    private var checks: [(name: String, check: Check)] = []
    /// Set until all services have started.
    package private(set) var isStarting = false
    package private(set) var isDraining = false

    package init() {}

    package func register(_ name: String, check: @escaping Check) { self.checks.append((name, check)) }

    /// Not ready until ``endStarting()``.
    package func beginStarting() { self.isStarting = true }
    package func endStarting() { self.isStarting = false }

    /// Not ready from now on, so that load balancers send no more work.
    package func beginDraining() { self.isDraining = true }

    /// The current problems by name; empty when the process is ready.
    package func problems() async -> [(name: String, problem: String)] {
        var problems: [(name: String, problem: String)] = []
        if self.isStarting { problems.append(("service", "starting")) }
        if self.isDraining { problems.append(("service", "draining")) }
        for (name, check) in self.checks {
            if let problem = await check() { problems.append((name, problem)) }
        }
        return problems
    }
}
