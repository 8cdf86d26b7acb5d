internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Task news")
struct TaskNewsTests {
    @Test("Progress is written as the object of its members, whatever it holds")
    func text() {
        let bare = TaskProgress(stage: .loadingModel, percent: 0)
        let full = TaskProgress(
            stage: .denoising,
            step: 3,
            total: 50,
            percent: 6.5,
            etaSeconds: 90,
            message: "a \"quoted\"\nline, 雪",
            preview: 2
        )
        for progress in [bare, full] {
            let news = TaskNews.progress(progress, attempt: 4)
            var bytes: [UInt8] = []
            news.write(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == JSONValue.object(news.members).text)
            #expect(news["status"] == "RUNNING")
            #expect(news["attempt"] == 4)
        }
        #expect(TaskNews.progress(bare, attempt: 1)["step"] == .null, "what is gone is replaced")
        #expect(TaskNews.progress(bare, attempt: 1)["preview"] == nil)
    }

    @Test("An update is the same message on the fast path and the general one")
    func message() throws {
        let progress = TaskProgress(stage: .denoising, step: 3, total: 50, percent: 6.5)
        var direct = FeedUpdate(
            task: Samples.task,
            kind: .progress,
            position: Samples.position(7),
            news: .progress(progress, attempt: 1)
        )
        direct.from = Samples.position(5)
        var plain = direct
        plain.news = .members(direct.news.members)
        let message = try JSONValue(parsing: ServerMessage.update(direct).bytes)
        #expect(message == (try JSONValue(parsing: ServerMessage.update(plain).bytes)))
        #expect(message["t"] == "ev")
        #expect(message["task"]?.string == Samples.task.description)
        #expect(message["seq"] == 7)
        #expect(message["from"] == 5)
    }

    @Test("Later progress replaces earlier progress, and wins over other members")
    func merging() {
        var news = TaskNews.progress(TaskProgress(stage: .denoising, step: 1, percent: 1), attempt: 1)
        news.merge(.progress(TaskProgress(stage: .denoising, step: 2, percent: 2), attempt: 1))
        #expect(news["step"] == 2)
        news = .members(["step": 1, "position": 3])
        news.merge(.progress(TaskProgress(stage: .denoising, step: 5, percent: 2), attempt: 1))
        #expect(news["step"] == 5)
        #expect(news["position"] == 3)
    }

    @Test("An announced preview stays, even if the next event does not repeat it")
    func preview() {
        var view = FollowedTask(Samples.task)
        _ = view.apply(Samples.event(.progress(TaskProgress(stage: .denoising, percent: 1, preview: 3))))
        let next = view.apply(Samples.event(.progress(TaskProgress(stage: .denoising, percent: 2))))
        #expect(next?.news["preview"] == 3)
    }

    @Test("An attempt begins without a preview, whether its state or its progress is heard of first")
    func previewOfAnotherAttempt() {
        for beginning in [TaskEvent.Body.state(.running, failure: nil), Samples.progress(1)] {
            var view = FollowedTask(Samples.task)
            _ = view.apply(Samples.event(.progress(TaskProgress(stage: .denoising, percent: 1, preview: 3))))
            #expect(view.apply(Samples.event(beginning, attempt: 2))?.news["preview"] == .null)
        }
    }
}
