internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore

/// Dependencies shared by all terms of leadership; they live as long as the process.
@LoopActor
struct DispatcherParts {
    let configuration: MaaSConfiguration
    let store: TaskStore
    let redis: RedisClient
    /// A dedicated connection for the bells, because a blocking read delays other commands.
    let bellRedis: RedisClient
    let cluster: KubernetesClient
    let planner: JobPlanner
    let jobs: JobClient
    let objects: ObjectStore
    let tracer: Tracer
    let metrics: DispatchMetrics
    let logger: Logger
    /// How long the final report of a successful job may be missing: it was sent before the job ended.
    let finalEventPatience: Duration
}
