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
    let tracer: Tracer
    let steps: StepRunner
    let metrics: DispatchMetrics
    let logger: Logger
}
