@testable internal import APIGateway
internal import FoundationEssentials
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What browsers are told: whose pages may use the API, and that nothing is run that we did not write.
extension GatewayTests {
    private static let studio = "https://studio.example.com"

    @Test func aListedOriginsPageMayUseTheAPI() async throws {
        let origins = try #require(AllowedOrigins(Self.studio))
        try await GatewayScope.run(configure: { $0.apiGateway.allowedOrigins = origins }) { gateway in
            let asking: HTTPHeaders = [
                "Origin": Self.studio, "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, content-type",
            ]
            let preflight = try await gateway.send(.options, "/v1/tasks", headers: asking)
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == Self.studio)
            #expect(preflight.headers["access-control-allow-methods"] == "GET, HEAD, POST")
            // What OpenAI's client sends from a browser by itself; without one of them the browser asks nothing.
            let stainless = [
                "Arch", "Lang", "OS", "Package-Version", "Retry-Count", "Runtime", "Runtime-Version", "Timeout",
            ].map { "X-Stainless-\($0)" }
            let list = preflight.headers["access-control-allow-headers"] ?? ""
            let allowed = list.replacing(" ", with: "").split(separator: ",").map(String.init)
            #expect(Set(["Authorization", "Content-Type"] + stainless).isSubset(of: allowed))
            let answer = try await gateway.send(.get, "/v1/tasks", headers: ["Origin": Self.studio])
            #expect(answer.status == 200)
            #expect(answer.headers["access-control-allow-origin"] == Self.studio)
            #expect(answer.headers["access-control-expose-headers"]?.contains("RateLimit") == true)
            // A page must be able to read what is wrong, too.
            let refused = try await gateway.send(
                .get,
                "/v1/tasks",
                headers: ["Origin": Self.studio],
                key: APIKey("maas_guess")
            )
            #expect(refused.status == 401)
            #expect(refused.headers["access-control-allow-origin"] == Self.studio)
            for header in [preflight, answer, refused].map(\.headers) {
                #expect(header["vary"] == "Origin")
                #expect(header["access-control-allow-credentials"] == nil)
            }
        }
    }

    @Test(arguments: [AllowedOrigins.none, AllowedOrigins("https://studio.example.com") ?? .all])
    func otherOriginsPagesMayNot(_ origins: AllowedOrigins) async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.allowedOrigins = origins }) { gateway in
            for origin in ["https://evil.example.com", "null", "https://studio.example.com.evil.example.com", "*"] {
                let headers: HTTPHeaders = ["Origin": origin, "Access-Control-Request-Method": "POST"]
                for method in [HTTPMethod.options, .get] {
                    let answer = try await gateway.send(method, "/v1/tasks", headers: headers)
                    #expect(answer.headers["access-control-allow-origin"] == nil)
                }
            }
        }
    }

    @Test func everyAnswerForbidsScripts() async throws {
        try await GatewayScope.run { gateway in
            for path in ["/v1/tasks", "/v1/tasks/none", "/none", "/healthz", "/page.json", "/openapi.yaml", "/none.js"]
            {
                let answer = try await gateway.send(.get, path)
                let policy = answer.headers["content-security-policy"]
                #expect(policy == "default-src 'none'; frame-ancestors 'none'", "\(path)")
                #expect(answer.headers["x-content-type-options"] == "nosniff", "\(path)")
            }
        }
    }

    /// Of every file of the page: scripts are files of ours, and no document has any inside.
    @Test func thePageOnlyRunsItsOwnFiles() async throws {
        try await GatewayScope.run { gateway in
            let web = "\(TestEnvironment.repository)/web"
            let files = try FileManager.default.subpathsOfDirectory(atPath: web).filter { $0.contains(".") }
            #expect(files.contains("index.html"))
            for file in files + [""] {
                let answer = try await gateway.fetch("\(gateway.url)/\(file)")
                #expect(answer.status == 200, "\(file)")
                let policy = try #require(answer.headers["content-security-policy"], "\(file)")
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"), "\(file)")
                #expect(!policy.contains("unsafe-") && !policy.contains("*"), "\(file)")
                #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "\(file)")
                #expect(answer.headers["x-content-type-options"] == "nosniff", "\(file)")
                guard file.isEmpty || file.hasSuffix(".html") else { continue }
                let text = String(decoding: answer.bytes, as: UTF8.self)
                #expect(text.matches(of: /<script(?![^>]*\ssrc=)/).isEmpty, "\(file)")
                #expect(text.matches(of: /<[^>]*\s(on[a-z]+|style)\s*=/).isEmpty, "\(file)")
                #expect(!text.contains("<style") && !text.contains("javascript:"), "\(file)")
            }
        }
    }
}
