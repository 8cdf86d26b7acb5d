@testable internal import MaaSControl
@testable internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite("Operations", .timeLimit(.minutes(1)))
@LoopActor
struct OperationsTests {
    private let logger = Logger(service: "test", level: .error)

    @Test("Requests are counted by route and status; arbitrary paths and methods create no series")
    func requests() async throws {
        let metrics = Metrics()
        let router = Router()
        router.get("/v1/tasks/{id}") { request in
            if request.parameters["id"] == "gone" { throw WebError.notFound() }
            return .text("here")
        }
        let server = WebServer(WebServerConfiguration(), router: router, logger: self.logger, metrics: metrics)
        try await server.start()
        let client = HTTPClient()
        defer { client.close() }
        for (method, path) in [
            ("GET", "/v1/tasks/1"), ("GET", "/v1/tasks/2"), ("GET", "/v1/tasks/gone"), ("GET", "/etc/passwd"),
            ("PUT", "/v1/tasks/1"),
        ] {
            _ = try await client.send(HTTPRequest(HTTPMethod(method), "http://127.0.0.1:\(server.port)\(path)"))
        }
        let brewer = try RawClient(port: server.port)
        try await brewer.send("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await brewer.response().status == 501)
        brewer.close()
        let lines = Set(metrics.text.split(separator: "\n").map(String.init))
        let requests = "maas_http_requests_total{method="
        #expect(lines.contains("\(requests)\"GET\",route=\"/v1/tasks/{id}\",status=\"200\"} 2"))
        #expect(lines.contains("\(requests)\"GET\",route=\"/v1/tasks/{id}\",status=\"404\"} 1"))
        #expect(lines.contains("\(requests)\"GET\",route=\"none\",status=\"404\"} 1"))
        #expect(lines.contains("\(requests)\"PUT\",route=\"none\",status=\"405\"} 1"))
        #expect(lines.contains("\(requests)\"other\",route=\"none\",status=\"501\"} 1"))
        #expect(lines.filter { $0.hasPrefix(requests) }.count == 5)
        #expect(!metrics.text.contains("passwd"))
        #expect(lines.contains("maas_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/tasks/{id}\"} 3"))
        await server.stop()
    }

    @Test("Whoever has requested all routes in many ways hides no error")
    func hidden() {
        let metrics = Metrics()
        let web = WebMetrics(metrics)
        for number in 0..<600 { web.count(self.request(of: "/\(number)"), status: 200, duration: .zero) }
        web.count(self.request(of: "/new"), status: 503, duration: .zero)
        let line = "\nmaas_http_requests_total{method=\"other\",route=\"other\",status=\"503\"} 1\n"
        #expect(metrics.text.contains(line))
    }

    private func request(of route: String) -> WebRequest {
        let request = WebRequest(
            method: .get,
            path: route,
            query: WebQuery(),
            headers: WebRequestHeaders(known: [:]),
            remoteAddress: "127.0.0.1",
            body: .empty
        )
        request.route = route
        return request
    }

    @Test("Health and metrics have their own address, while the service starts, serves and drains")
    func operations() async throws {
        let health = Health()
        let context = ServiceContext(configuration: MaaSConfiguration(), logger: self.logger, health: health)
        context.metrics.counter("maas_things_total", help: "Things.").increment()
        health.beginStarting()
        let address = ListenAddress(host: "127.0.0.1", port: 0)
        let operations = OperationsServer(address, context: context)
        try await operations.start()
        let client = HTTPClient()
        defer { client.close() }
        func get(_ path: String) async throws -> (status: Int, text: String, type: String?) {
            let response = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(operations.port)\(path)"))
            return (response.status, String(decoding: response.body, as: UTF8.self), response.headers["content-type"])
        }
        #expect(try await get("/healthz").status == 200)
        #expect(try await get("/readyz").text == "service: starting\n")
        health.endStarting()
        #expect(try await get("/readyz").status == 200)
        health.beginDraining()
        let draining = try await get("/readyz")
        #expect(draining.status == 503)
        #expect(draining.text == "service: draining\n")
        let answer = try await get("/metrics")
        #expect(answer.type == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.contains("\nmaas_things_total 1\n"))
        await operations.stop()
    }
}
