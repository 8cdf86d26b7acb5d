internal import MaaSCore

/// A fault injected at a certain time.
enum Fault: Sendable {
    case crash(Int)
    case stop(Int)
    case freeze(Int, Duration)
    case outage(Link, Duration)
    case webhookOutage(Duration)
    case operatorOutage(Duration)
    case quota(Duration)
    case redisWipe
    case nodeLoss(Int, Duration)
    case nodeRemoval(Int, Duration)
    case nodeRestart(Int)
    case cordon(Int, Duration)
    case watchCut(isHistoryLost: Bool)
    case clockStep(Duration)
    case jobDeletion
    case eviction

    func happen(in world: World) {
        let cluster = world.cluster
        switch self {
        case .crash(let index): world.process(index).crash()
        case .stop(let index): world.process(index).stop()
        case .freeze(let index, let duration): world.process(index).freeze(for: duration)
        case .outage(let link, let duration):
            world.begin(outage: link)
            world.after(duration) { world.end(outage: link) }
        case .webhookOutage(let duration):
            cluster.isWebhookDown = true
            world.after(duration) { cluster.isWebhookDown = false }
        case .operatorOutage(let duration):
            cluster.isOperatorDown = true
            world.after(duration) { cluster.isOperatorDown = false }
        case .quota(let duration):
            cluster.isQuotaExceeded = true
            world.after(duration) { cluster.isQuotaExceeded = false }
        case .redisWipe: world.bells.wipe()
        case .nodeLoss(let index, let duration):
            let name = cluster.nodes[index % cluster.nodes.count].name
            cluster.change(node: name) { $0.isReady = false }
            world.after(duration) { cluster.change(node: name) { $0.isReady = true } }
        case .nodeRemoval(let index, let duration):
            let name = cluster.nodes[index % cluster.nodes.count].name
            cluster.remove(node: name)
            world.after(duration) { cluster.change(node: name) { $0.isReady = true } }
        case .nodeRestart(let index): cluster.restart(node: cluster.nodes[index % cluster.nodes.count].name)
        case .cordon(let index, let duration):
            let name = cluster.nodes[index % cluster.nodes.count].name
            cluster.change(node: name) { $0.isCordoned = true }
            world.after(duration) { cluster.change(node: name) { $0.isCordoned = false } }
        case .watchCut(let isHistoryLost): for watch in cluster.watches { watch.cut(isHistoryLost: isHistoryLost) }
        case .clockStep(let step): world.database.stepClock(by: step)
        case .jobDeletion: cluster.deleteAnyJob()
        case .eviction: cluster.evictAnyPod()
        }
    }
}
