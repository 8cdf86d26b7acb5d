internal import MaaSCore
internal import MaaSTesting

@testable internal import MaaSControl

extension NewTask {
    /// A task that differs from others by its id only.
    @LoopActor
    static func sample(
        user: String = "ada",
        priority: TaskPriority = .normal,
        created: Timestamp = .now()
    ) -> NewTask {
        NewTask(
            id: .make(),
            user: user,
            template: "demo",
            parameters: ["prompt": "雪山下的湖", "steps": 4],
            priority: priority,
            created: created
        )
    }
}
