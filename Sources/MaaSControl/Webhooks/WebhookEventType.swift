/// The types of webhook events. The first two are OpenAI's own names.
package enum WebhookEventType: String, Sendable, CaseIterable {
    case completed = "video.completed"
    case failed = "video.failed"
    case cancelled = "video.cancelled"
}
