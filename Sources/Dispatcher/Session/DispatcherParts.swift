internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore

/// What every term of leadership works with; it lives as long as the process.
@LoopActor
struct DispatcherParts {
    let configuration: MaaSConfiguration
    let store: TaskStore
    let redis: RedisClient
    /// A blocking read holds up other commands, so the bells have a connection of their own.
    let bellRedis: RedisClient
    let cluster: KubernetesClient
    let planner: JobPlanner
    let tracer: Tracer
    let steps: StepRunner
    let metrics: DispatchMetrics
    let logger: Logger
}
