internal import MaaSControl
internal import MaaSCore

/// Why a submission with a valid body is refused.
extension WebError {
    static let queueFull = WebError(
        status: 503,
        code: "queue_full",
        message: "the queue is full: submit again when some tasks have started",
        headers: ["Retry-After": "30"]
    )

    static func tooManyWaiting(_ limit: Int) -> WebError {
        WebError(
            status: 429,
            code: "too_many_waiting",
            message: "\(limit) of your tasks are waiting, the most allowed: submit again when some have started",
            headers: ["Retry-After": "10"]
        )
    }

    static let keyReused = WebError(
        status: 422,
        code: "idempotency_key_reused",
        message: "this Idempotency-Key was used for another task"
    )

    static let taskDeleted = WebError(
        status: 410,
        code: "task_deleted",
        message: "the task of this Idempotency-Key was deleted"
    )
}
