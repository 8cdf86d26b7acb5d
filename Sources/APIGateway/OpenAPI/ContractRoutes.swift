internal import MaaSControl
internal import MaaSCore

/// `/openapi.yaml`: what the gateway takes and what it answers, for people and their tools. The file is written by hand
/// and is part of the executable; a test compares it with the routes there are.
@LoopActor
struct ContractRoutes {
    func add(to router: Router) {
        router.get("/openapi.yaml") { _ in
            WebResponse(
                status: 200,
                headers: ["Content-Type": "application/yaml", "Cache-Control": "no-cache"],
                body: .bytes(PackageResources.openapi_yaml)
            )
        }
    }
}
