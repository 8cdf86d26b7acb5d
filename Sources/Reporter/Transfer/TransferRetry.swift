internal import MaaSCore

/// Retries a transfer until it succeeds, fails permanently, or takes too long.
struct TransferRetry {
    /// The time limit of all tries. A presigned URL is not valid much longer.
    let limit: Duration
    let logger: Logger

    /// Runs `attempt` until it returns a 2xx answer. It gets the time that is left, which is its limit: a store that
    /// takes a byte now and then never stalls, and never ends.
    @LoopActor
    @discardableResult
    func run(
        _ attempt: @LoopActor (_ left: Duration) async throws(HTTPClientError) -> HTTPResponse
    ) async throws(TransferError) -> HTTPResponse {
        let start = ContinuousClock.now
        var backoff = Backoff(initial: .milliseconds(300), maximum: .seconds(10))
        while true {
            let fault: Fault
            do {
                let response = try await attempt(start + self.limit - .now)
                if response.isSuccess { return response }
                fault = Self.fault(response)
            } catch {
                fault = Self.fault(error)
            }
            let delay = backoff.next()
            guard fault.isTemporary, ContinuousClock.now - start + delay < self.limit else { throw fault.error }
            self.logger.warning("transfer failed, will be tried again", [.error: fault.error.message])
            try? await LoopClock().sleep(for: delay)
        }
    }

    private struct Fault {
        let error: TransferError
        /// Whether the same transfer may succeed soon.
        let isTemporary: Bool
    }

    /// S3's codes for a body that was damaged or came too slowly, with status 400.
    private static let interruptions = ["BadDigest", "IncompleteBody", "RequestTimeout"]
    /// What S3 says with status 403 when the link is too old, its key was replaced, or the node's clock is wrong.
    /// Another attempt of the task has fresh links, and perhaps another node. A response to HEAD has no body, and may
    /// mean any.
    private static let staleness = [
        "has expired", "ExpiredToken", "InvalidAccessKeyId", "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    ]

    /// Classifies an answer that is not 2xx: rejections are permanent, while server errors and corruption in transit
    /// are temporary.
    private static func fault(_ response: HTTPResponse) -> Fault {
        let status = response.status
        let text = String(decoding: response.body, as: UTF8.self)
        let interruption = status == 400 ? Self.interruptions.first { text.contains($0) } : nil
        let isStale = status == 403 && (text.isEmpty || Self.staleness.contains { text.contains($0) })
        let isTemporary = interruption != nil || status >= 500 || [408, 425, 429].contains(status)
        let code = interruption.map { " (\($0))" } ?? ""
        let error = TransferError(
            message: "The object store answered \(status)\(code).",
            isRetryable: isTemporary || isStale
        )
        return Fault(error: error, isTemporary: isTemporary)
    }

    /// Without an answer. A local file that cannot be written is the node's fault, such as a full disk.
    private static func fault(_ error: HTTPClientError) -> Fault {
        let failure = TransferError(
            message: "The transfer failed: \(error.message).",
            isRetryable: error.isRetryable || error.code == .file
        )
        return Fault(error: failure, isTemporary: error.isRetryable)
    }
}
