internal import MaaSCore

/// Tries a transfer until it succeeds, will never succeed, or has taken too long.
struct TransferRetry {
    /// How long tries may go on. A presigned URL is not valid much longer.
    let limit: Duration
    let logger: Logger

    /// Runs `attempt` until it brings a 2xx answer.
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
                fault = Self.fault(status: response.status)
            } catch {
                fault = TransferError(message: error.message, isRetryable: error.isRetriable)
            }
            let delay = backoff.next()
            guard fault.isRetryable, ContinuousClock.now - start + delay < self.limit else { throw fault }
            self.logger.warning("transfer failed, will be tried again", [.error: fault.message])
            try? await LoopClock().sleep(for: delay)
        }
    }

    /// What a status that is not 2xx means for trying again: a refusal stays one, a server's trouble passes.
    private static func fault(status: Int) -> TransferError {
        TransferError(
            message: "the object store answered \(status)",
            isRetryable: status >= 500 || [408, 425, 429].contains(status)
        )
    }
}
