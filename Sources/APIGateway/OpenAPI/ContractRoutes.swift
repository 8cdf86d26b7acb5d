internal import MaaSControl
internal import MaaSCore

/// `/openapi.yaml`: the API's description. The file is written by hand and embedded in the executable; a test compares
/// it with the routes.
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
