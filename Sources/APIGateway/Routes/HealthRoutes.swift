internal import MaaSControl
internal import MaaSCore

/// `/healthz`: the process turns its loop. `/readyz`: it can do its work.
@LoopActor
struct HealthRoutes {
    let health: Health

    func add(to router: Router) {
        router.get("/healthz") { _ in .json(.object(["status": "ok"])) }
        router.get("/readyz") { _ in
            let problems = await self.health.problems()
            guard !problems.isEmpty else { return .json(.object(["status": "ready"])) }
            let list = Dictionary(problems.map { ($0.name, JSONValue.string($0.problem)) }) { first, _ in first }
            return .json(.object(["status": "not ready", "problems": .object(list)]), status: 503)
        }
    }
}
