internal import MaaSControl
internal import MaaSCore

/// The shared components of the gateway's routes, which live as long as the process.
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
    /// Nil without a key for sealing secrets: webhooks are then disabled.
    let webhooks: WebhookSender?
}
