internal import MaaSControl
internal import MaaSCore

/// Re-encrypts secrets that are sealed with the previous key, so that the key can be discarded.
@LoopActor
struct WebhookResealing {
    let store: TaskStore
    let keyring: WebhookKeyring

    private static let pageSize = 500

    /// Goes through all endpoints once; returns how many it changed. A secret that was rotated meanwhile is left alone.
    func run() async throws -> Int {
        var count = 0
        var last = ""
        while true {
            let page = try await self.store.webhookEndpoints(after: last, limit: Self.pageSize)
            for endpoint in page {
                guard let resealed = self.keyring.resealed(endpoint) else { continue }
                if try await self.store.replaceWebhookSecrets(of: endpoint, by: resealed) { count += 1 }
            }
            guard let end = page.last, page.count == Self.pageSize else { return count }
            last = end.id
        }
    }
}
