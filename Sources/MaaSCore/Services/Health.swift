/// Whether this process is ready to serve: named checks, and whether it is on its way up or out.
@LoopActor
package final class Health {
    /// Returns nil when all is well, else what is wrong.
    package typealias Check = @LoopActor () async -> String?

    private var checks: [(name: String, check: Check)] = []
    /// While its services start: some of them may be up, not all.
    package private(set) var isStarting = false
    package private(set) var isDraining = false

    package init() {}

    package func register(_ name: String, check: @escaping Check) { self.checks.append((name, check)) }

    /// Not ready until ``endStarting()``.
    package func beginStarting() { self.isStarting = true }
    package func endStarting() { self.isStarting = false }

    /// From now on not ready: a load balancer sends no more work.
    package func beginDraining() { self.isDraining = true }

    /// What is wrong now, by name; empty when the process is ready.
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
