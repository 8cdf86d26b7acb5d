internal import FoundationEssentials
internal import MaaSCore

/// A client of the REST API with a user's key.
@LoopActor
final class APIClient {
    let http = HTTPClient()
    private let url: String
    private let key: String

    /// The number of tries for a request that does not get through.
    private static let tries = 4

    /// Throws for a missing or invalid environment variable.
    init(environment: [String: String]) throws(CommandError) {
        let url = environment["MAAS_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:8080"
        guard HTTPOrigin(url) != nil else {
            throw CommandError("MAAS_URL must be an address such as https://maas.example.com, not \(url)", status: 78)
        }
        guard let key = environment["MAAS_API_KEY"], !key.isEmpty else {
            throw CommandError("MAAS_API_KEY is not set: it is the key that you were given", status: 78)
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
    }

    func close() { self.http.close() }

    /// Sends a request and returns the document of the answer, null if it has none.
    @discardableResult
    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: HTTPHeaders = [:]
    ) async throws(CommandError) -> JSONValue {
        var request = self.request(method, path)
        for field in headers { request.headers[field.name] = field.value }
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = body.encoded()
        }
        return try await self.send(request)
    }

    /// Sends a request, with retries when it does not get through or the service is busy.
    func send(_ request: HTTPRequest) async throws(CommandError) -> JSONValue {
        var backoff = Backoff(initial: .milliseconds(300), maximum: .seconds(5))
        // A request may have been carried out without an answer, so only idempotent ones are repeated.
        let mayRepeat = request.method != .post || request.headers["Idempotency-Key"] != nil
        var refusal = CommandError("\(self.url) does not answer")
        for remaining in (0..<Self.tries).reversed() {
            do throws(HTTPClientError) {
                let response = try await self.http.send(request)
                if response.isSuccess { return (try? JSONValue(parsing: response.body)) ?? .null }
                // An earlier try has deleted it, and only its answer was lost.
                let isRepeated = remaining < Self.tries - 1
                if isRepeated, request.method == .delete, Self.isMissing(response) { return .null }
                refusal = Self.refusal(response)
                guard [429, 502, 503, 504].contains(response.status), mayRepeat else { break }
            } catch {
                refusal = CommandError(
                    "\(self.url) cannot be reached: \(error.message)",
                    isTransient: error.isRetryable
                )
                guard mayRepeat || error.code == .cannotConnect else { break }
            }
            if remaining > 0 { try? await LoopClock().sleep(for: backoff.next()) }
        }
        throw refusal
    }

    func request(_ method: HTTPMethod, _ path: String, timeouts: HTTPTimeouts = HTTPTimeouts()) -> HTTPRequest {
        HTTPRequest(method, self.url + path, headers: ["Authorization": "Bearer \(self.key)"], timeouts: timeouts)
    }

    /// Whether the service says that there is no such thing. A 404 without its code is that of a proxy.
    private nonisolated static func isMissing(_ response: HTTPResponse) -> Bool {
        response.status == 404 && (try? JSONValue(parsing: response.body))?["code"]?.string == "not_found"
    }

    /// The error for an unsuccessful answer, with the fields at fault.
    nonisolated static func refusal(_ response: HTTPResponse) -> CommandError {
        let problem = (try? JSONValue(parsing: response.body)) ?? .null
        let message =
            problem["message"]?.string ?? problem["detail"]?.string ?? "the service answered \(response.status)"
        return CommandError(message, isTransient: response.status == 429 || response.status >= 500)
    }
}
