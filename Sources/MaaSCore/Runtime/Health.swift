/// Whether this process is ready to serve: named checks, and the flag that says it is on its way out.
@LoopActor
package final class Health {
    /// Returns nil when all is well, else what is wrong.
    package typealias Check = @LoopActor () async -> String?

    private var checks: [(name: String, check: Check)] = []
    package private(set) var isDraining = false

    package init() {}

    package func register(_ name: String, check: @escaping Check) { self.checks.append((name, check)) }

    /// From now on not ready: a load balancer sends no more work.
    package func beginDraining() { self.isDraining = true }

    /// What is wrong now, by name; empty when the process is ready.
    package func problems() async -> [(name: String, problem: String)] {
        var problems: [(name: String, problem: String)] = self.isDraining ? [("service", "draining")] : []
        for (name, check) in self.checks {
            if let problem = await check() { problems.append((name, problem)) }
        }
        return problems
    }
}
