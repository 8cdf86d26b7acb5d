internal import MaaSCore

/// Retries a transfer until it succeeds, fails permanently, or takes too long.
struct TransferRetry {
    /// The time limit of all tries. A presigned URL is not valid much longer.
    let limit: Duration
    let logger: Logger

    /// Runs `attempt` until it returns a 2xx answer.
    @LoopActor
    @discardableResult
    func run(
        _ attempt: @LoopActor () async throws(HTTPClientError) -> HTTPResponse
    ) async throws(TransferError) -> HTTPResponse {
        let start = ContinuousClock.now
        var backoff = Backoff(initial: .milliseconds(300), maximum: .seconds(10))
        while true {
            let fault: TransferError
            do {
                let response = try await attempt()
                if response.isSuccess { return response }
                fault = Self.fault(response)
            } catch {
                fault = TransferError(message: "The transfer failed: \(error.message).", isRetryable: error.isRetryable)
            }
            let delay = backoff.next()
            guard fault.isRetryable, ContinuousClock.now - start + delay < self.limit else { throw fault }
            self.logger.warning("transfer failed, will be tried again", [.error: fault.message])
            try? await LoopClock().sleep(for: delay)
        }
    }

    /// Classifies an answer that is not 2xx: rejections are permanent, while server errors and corruption in transit
    /// are temporary.
    private static func fault(_ response: HTTPResponse) -> TransferError {
        let status = response.status
        let isDamaged = status == 400 && String(decoding: response.body, as: UTF8.self).contains("BadDigest")
        return TransferError(
            message: "The object store answered \(status)\(isDamaged ? " (BadDigest)" : "").",
            isRetryable: isDamaged || status >= 500 || [408, 425, 429].contains(status)
        )
    }
}
