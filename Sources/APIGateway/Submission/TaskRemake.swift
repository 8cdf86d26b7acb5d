internal import MaaSControl
internal import MaaSCore

/// Drafts tasks like earlier ones.
@LoopActor
struct TaskRemake {
    let store: TaskStore
    let classes: PriorityClasses
    /// Nil when webhooks are disabled: no task has one then.
    let keyring: WebhookKeyring?

    /// A draft of the same task with its picture, priority, labels and webhook. Validation will report what is no
    /// longer accepted.
    func draft(of row: TaskRow) async throws -> TaskDraft {
        var draft = TaskDraft()
        draft.template = row.template
        draft.parameters = row.parameters
        draft.priority = self.classes.name(of: row.priority)
        draft.picture = row.input.map { .stored($0) }
        draft.labels = row.labels
        draft.origin = row.id
        if let keyring, let endpoint = try await self.store.webhookEndpoint(ofTask: row.id, user: row.user) {
            draft.webhook = TaskWebhook(endpoint, keyring: keyring, &draft.inheritedFaults)
        }
        return draft
    }
}
