internal import MaaSControl
internal import MaaSCore

/// The routes under `/v1/admin/`. All require the scope `admin`, and changes are recorded in the audit log.
@LoopActor
struct Administration {
    let authenticator: Authenticator
    let store: TaskStore
    let redis: RedisClient
    let notifier: TaskNotifier
    let catalog: TemplateCatalog
    let configuration: MaaSConfiguration
    let logger: Logger

    func add(to router: Router) {
        let revocation = KeyRevocation(store: self.store, redis: self.redis, logger: self.logger)
        let bodyLimit = self.configuration.apiGateway.bodyLimit.bytes
        let classes = self.configuration.scheduling.classes
        UserAdministration(
            authenticator: self.authenticator,
            store: self.store,
            revocation: revocation,
            notifier: self.notifier,
            bodyLimit: bodyLimit
        ).add(to: router)
        KeyAdministration(
            authenticator: self.authenticator,
            store: self.store,
            revocation: revocation,
            bodyLimit: bodyLimit
        ).add(to: router)
        PauseAdministration(
            authenticator: self.authenticator,
            store: self.store,
            notifier: self.notifier,
            catalog: self.catalog,
            classes: classes,
            bodyLimit: bodyLimit
        ).add(to: router)
        QueueAdministration(
            authenticator: self.authenticator,
            store: self.store,
            redis: self.redis,
            classes: classes
        ).add(to: router)
        AuditAdministration(authenticator: self.authenticator, store: self.store).add(to: router)
    }
}
