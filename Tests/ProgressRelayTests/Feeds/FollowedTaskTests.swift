internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Followed task")
struct FollowedTaskTests {
    @Test("From the queue to the end, each update has what changed")
    func way() {
        var view = FollowedTask(Samples.task)
        let waiting = view.apply(Samples.event(Samples.waiting(3), attempt: 0))
        #expect(waiting?.news["position"] == 3)
        #expect(waiting?.news["eta_s"] == 30)
        #expect(waiting?.news["reason"] == "gpus_busy")
        #expect(waiting?.news["status"] == "QUEUED")

        let running = view.apply(Samples.event(.state(.running, failure: nil)))
        #expect(running?.kind == .state)
        #expect(running?.news["status"] == "RUNNING")
        #expect(running?.news["attempt"] == 1)
        #expect(running?.news["position"] == .null, "the old place must go away")

        #expect(view.apply(Samples.event(Samples.progress(10)))?.kind == .state, "a new stage is told to everybody")
        let more = view.apply(Samples.event(Samples.progress(20)))
        #expect(more?.kind == .progress)
        #expect(more?.news["percent"] == 20.0)

        #expect(view.apply(Samples.event(.succeeded(Samples.result))) == nil, "not before it is durable")
        #expect(view.data["result"] == .null, "nor to those who only come now")
        let end = view.apply(Samples.event(.state(.completed, failure: nil)))
        #expect(end?.kind == .end)
        #expect(end?.news["status"] == "COMPLETED")
        #expect(end?.news["percent"] == 100)
        #expect(end?.news["result"]?["size"] == 9)
        #expect(end?.news["result"]?["key"] == nil)
        #expect(end?.news["result"]?["url"]?.string == "/v1/tasks/\(Samples.task)/content")
        #expect(view.apply(Samples.event(Samples.progress(30))) == nil, "nothing follows the end")
    }

    @Test("An end has the result that was announced with it, and what is learned of that later")
    func settled() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(10)))
        let found = TaskResult(key: Samples.result.key, size: Samples.result.size)
        let end = view.apply(Samples.event(.state(.completed, failure: nil, result: found)))
        #expect(end?.kind == .end)
        #expect(end?.news["result"] == found.view(of: Samples.task))
        #expect(view.apply(Samples.event(.succeeded(Samples.result))) == nil, "not before it is durable")

        let completed = Samples.event(.state(.completed, failure: nil, result: Samples.result))
        let again = view.apply(completed)
        #expect(again?.kind == .end)
        #expect(again?.news["result"] == Samples.result.view(of: Samples.task))
        #expect(view.apply(completed) == nil, "it is told once")
        #expect(view.apply(Samples.event(.state(.completed, failure: nil, result: found))) == nil)
        #expect(view.data["result"]?["sha256"] == "ab")
    }

    @Test("Percent never falls within an attempt, and restarts with the next")
    func percent() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        #expect(view.apply(Samples.event(Samples.progress(40, .decoding)))?.news["percent"] == 50.0)
        #expect(view.apply(Samples.event(Samples.progress(5), attempt: 2))?.news["percent"] == 5.0)
        #expect(view.apply(Samples.event(Samples.progress(60), attempt: 1)) == nil, "a stale attempt")
    }

    @Test("The stage never goes back within an attempt, and restarts with the next")
    func stage() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        #expect(view.apply(Samples.event(Samples.progress(0, .pulling))) == nil)
        #expect(view.data["stage"] == "denoising")
        #expect(view.apply(Samples.event(Samples.progress(0, .pulling), attempt: 2))?.news["stage"] == "pulling")
    }

    @Test("A requeued task ignores further events of the failed attempt")
    func requeue() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        let failure = TaskFailure(code: "NODE_LOST", message: "the node went away", isRetryable: true)
        let queued = view.apply(Samples.event(.state(.queued, failure: failure)))
        #expect(queued?.news["status"] == "QUEUED")
        #expect(queued?.news["last_error"]?["code"] == "NODE_LOST")
        #expect(queued?.news["error"] == .null, "the task itself has not failed")
        #expect(queued?.news["percent"] == .null)
        #expect(view.apply(Samples.event(Samples.progress(60))) == nil)
        #expect(view.apply(Samples.event(Samples.waiting(1)))?.news["position"] == 1)
        let begun = view.apply(Samples.event(Samples.progress(1), attempt: 2))
        #expect(begun?.news["status"] == "RUNNING")
        #expect(begun?.news["last_error"] == .null, "as in the row, once it has begun again")
        #expect(begun?.news["position"] == .null)
    }

    @Test("A failure that the pod reports is the task's once the control plane says so")
    func failure() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        let failure = TaskFailure(code: "GPU_OOM", message: "out of memory")
        #expect(view.apply(Samples.event(.failed(failure))) == nil)
        #expect(view.data["error"] == .null)
        #expect(view.data["last_error"] == .null)
        let end = view.apply(Samples.event(.state(.failed, failure: failure)))
        #expect(end?.news["error"] == failure.view)
        #expect(end?.news["percent"] == .null, "REST has no progress of what has ended")
        #expect(end?.news["stage"] == .null)
        #expect(end?.news["last_error"] == .null)
    }

    @Test("The row says why a queued task is not in its first attempt, if no event did")
    func lostFailure() {
        let failure = TaskFailure(code: "NODE_LOST", message: "the node went away")
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.waiting(1)))
        var row = FollowedTask(Samples.task)
        _ = row.apply(Samples.event(.state(.queued, failure: failure)))
        _ = view.adopt(row)
        #expect(view.data["last_error"] == failure.view)
    }

    @Test("A requeued row is newer than the attempt that ran, even without an event")
    func lostRequeue() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        var queued = FollowedTask(Samples.task)
        _ = queued.apply(Samples.event(.state(.queued, failure: nil)))
        var isNews = view.adopt(queued)
        #expect(isNews)
        #expect(view.state == .queued)
        #expect(view.data["percent"] == .null)
        isNews = view.adopt(queued)
        #expect(!isNews, "it is told once")
    }

    @Test("A row of a later attempt is news, also in the same state: what was told of the attempt before is over")
    func lostAttempt() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        var row = FollowedTask(Samples.task)
        _ = row.apply(Samples.event(.state(.running, failure: nil), attempt: 2))
        var isNews = view.adopt(row)
        #expect(isNews)
        #expect(view.data["attempt"] == 2)
        #expect(view.data["percent"] == .null)
        isNews = view.adopt(row)
        #expect(!isNews, "it is told once")
    }

    @Test("A late queue position does not put a running task back: it is of the attempt before")
    func lateWait() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(1)))
        #expect(view.apply(Samples.event(Samples.waiting(1), attempt: 0)) == nil)
        #expect(view.state == .running)
    }

    @Test("A queue position of the attempt that ran tells of a requeue whose own event was lost")
    func requeueByPosition() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(Samples.progress(50)))
        let queued = view.apply(Samples.event(Samples.waiting(7)))
        #expect(queued?.kind == .state)
        #expect(queued?.news["status"] == "QUEUED")
        #expect(queued?.news["position"] == 7)
        #expect(queued?.news["percent"] == .null && queued?.news["stage"] == .null)
        #expect(view.apply(Samples.event(Samples.progress(60))) == nil, "the attempt is over")
        #expect(view.apply(Samples.event(Samples.waiting(6)))?.kind == .progress)
        #expect(view.apply(Samples.event(Samples.waiting(6))) == nil)
    }
}
