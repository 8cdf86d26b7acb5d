/// Resources that can be listed and watched.
enum ResourceType: Sendable, CaseIterable { case nodes, jobs, pods }
