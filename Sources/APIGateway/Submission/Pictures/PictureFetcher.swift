internal import FoundationEssentials
internal import MaaSControl
internal import MaaSCore

/// Fetches pictures from user-supplied URLs.
///
/// Its client checks the address of each connection, after name resolution and redirects.
@LoopActor
final class PictureFetcher: Service {
    nonisolated let name = "picture fetcher"
    private let client: HTTPClient
    private let configuration: MaaSConfiguration.APIGateway
    private let slots = UserSlots(limit: 4, code: "too_many_fetches", retryAfter: 2) {
        "\($0) of your pictures are being fetched, the most allowed at once: try again soon"
    }

    private static let redirectLimit = 3

    init(configuration: MaaSConfiguration.APIGateway, addresses: AddressPolicy) {
        self.configuration = configuration
        self.client = HTTPClient(configuration: HTTPClientConfiguration(userAgent: "maas-fetch", addresses: addresses))
    }

    func start() async throws {}

    func stop() async { self.client.close() }

    /// Downloads `url`. Throws ``PictureFault``, or `WebError` 429 when the user has too many fetches under way.
    ///
    /// - Parameter request: to which the file is charged.
    func fetch(_ url: String, for user: String, of request: WebRequestBody) async throws -> TemporaryFile {
        try self.slots.check(user)
        return try await self.slots.withSlot(of: user) { try await self.fetch(url, of: request) }
    }

    private func fetch(_ url: String, of request: WebRequestBody) async throws -> TemporaryFile {
        let deadline = ContinuousClock.now + self.configuration.imageFetchTimeout
        var url = try Self.checked(url)
        for _ in 0...Self.redirectLimit {
            let file = try TemporaryFile(in: "/tmp", of: request)
            let response = try await self.get(url, into: file, until: deadline)
            if response.isSuccess {
                file.finish()
                return file
            }
            guard (300..<400).contains(response.status), let location = response.headers["location"] else {
                throw PictureFault("could not be fetched: the server answered \(response.status)")
            }
            guard let next = URL(string: location, relativeTo: url)?.absoluteURL else {
                throw PictureFault("could not be fetched: the server redirects without a valid URL")
            }
            url = try Self.checked(next.absoluteString)
        }
        throw PictureFault("could not be fetched: the server redirects more than \(Self.redirectLimit) times")
    }

    private static func checked(_ text: String) throws(PictureFault) -> URL {
        guard let url = OutboundURL.parse(text) else {
            throw PictureFault("must be \(OutboundURL.expected), or a data URL")
        }
        return url
    }

    private func get(
        _ url: URL,
        into file: TemporaryFile,
        until deadline: ContinuousClock.Instant
    ) async throws -> HTTPResponse {
        let limit = self.configuration.imageLimit
        let timeouts = HTTPTimeouts(
            connect: .seconds(5),
            total: max(.milliseconds(1), deadline - .now),
            stall: .seconds(10)
        )
        let request = HTTPRequest(.get, url.absoluteString, headers: ["Accept": "image/*"], timeouts: timeouts)
        do {
            return try await self.client.stream(request, maximumBody: 65_536) { bytes throws(HTTPClientError) in
                guard file.count + bytes.count <= limit.bytes else {
                    throw HTTPClientError(.bodyTooLarge, "the picture is too large")
                }
                do {
                    try file.append(bytes)
                } catch {
                    throw HTTPClientError(.file, "\(error)")
                }
            }
        } catch {
            throw file.failure ?? self.fault(of: error)
        }
    }

    private func fault(of error: HTTPClientError) -> any Error {
        switch error.code {
        case .invalidRequest: PictureFault("must be an http or https URL")
        case .bodyTooLarge: PictureFault("may have \(self.configuration.imageLimit) at most")
        case .timedOut: PictureFault("did not arrive within \(self.configuration.imageFetchTimeout.text)")
        // One message for both, so that it does not reveal which private names and addresses exist.
        case .forbiddenAddress, .cannotConnect:
            PictureFault("could not be fetched: there is no such server at a public address, or it does not answer")
        case .tls: PictureFault("could not be fetched: the server's certificate is not trusted")
        case .connectionLost, .invalidResponse: PictureFault("could not be fetched: the connection was lost")
        case .file, .cancelled, .closed: WebError.internalError
        }
    }
}
