internal import MaaSControl
internal import MaaSCore

/// What the routes of the gateway work with; it lives as long as the process.
@LoopActor
struct GatewayParts {
    let context: ServiceContext
    let catalog: TemplateCatalog
    let store: TaskStore
    let redis: RedisClient
    let objects: ObjectStore
    let authenticator: Authenticator
    let pictures: PictureLoader
    let ends: TaskEndWatch
    /// Nil without a key to seal secrets with: this installation has no webhooks.
    let webhooks: WebhookSender?
}
