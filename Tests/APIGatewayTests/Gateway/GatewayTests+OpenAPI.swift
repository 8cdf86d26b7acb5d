@testable internal import APIGateway
internal import MaaSCore
internal import Testing

/// The contract and the gateway are about the same routes. `Tests/Contract` holds the answers to it.
extension GatewayTests {
    @Test func theContractNamesEveryRouteAndNoOther() async throws {
        // Without the page, whose files are no part of it.
        try await GatewayScope.run(configure: { $0.apiGateway.webDirectory = nil }) { gateway in
            let answer = try await gateway.fetch(gateway.url + "/openapi.yaml")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/yaml")
            let described = Self.routes(in: try JSONValue(yaml: try YAMLParser.document(in: answer.bytes)))
            // OpenAPI has no word for a parameter that takes slashes.
            let there = Set(gateway.routes.map { $0.replacing("...}", with: "}") })
            #expect(described.subtracting(there) == [], "described, and not there")
            #expect(there.subtracting(described) == [], "there, and not described")
        }
    }

    /// A path of the contract has members that are no methods, such as its parameters.
    private static func routes(in contract: JSONValue) -> Set<String> {
        var routes: Set<String> = []
        for (path, item) in contract["paths"]?.object ?? [:] {
            for method in ["get", "put", "post", "patch", "delete"] where item[method] != nil {
                routes.insert("\(method.uppercased()) \(path)")
            }
        }
        return routes
    }
}
