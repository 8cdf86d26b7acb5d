internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Follower session")
struct FollowerSessionTests {
    @Test("A subscription gets nothing before its start, and nothing twice after it")
    func beginning() {
        var session = self.session()
        let actions = session.receive(#"{"op":"subscribe","task":"\#(Samples.task)"}"#, now: Samples.now)
        #expect(actions == [.resolve(Samples.task)])
        session.offer(Samples.update(.state, 5))
        #expect(!session.hasNews, "it is in the snapshot that is on its way")
        session.begin(Samples.task, .snapshot, at: Samples.position(5), data: ["status": "RUNNING"])
        session.offer(Samples.update(.state, 5))
        session.offer(Samples.update(.state, 6))
        session.offer(Samples.update(.state, 6, task: Samples.other))
        #expect(session.take().map(\.kind) == ["sub", "ev"])
    }

    @Test("An end is sent wherever the client stands, and takes it back nowhere")
    func end() {
        var session = self.session()
        _ = session.subscribe(Samples.task, from: nil)
        session.begin(Samples.task, .snapshot, at: Samples.position(9), data: [:])
        session.offer(Samples.update(.end, 5))
        session.offer(Samples.update(.state, 9))
        #expect(session.take().map(\.kind) == ["sub", "end"])
    }

    @Test("A replay precedes live updates, each once")
    func replay() {
        var session = self.session()
        let seen = ClientOperation.Seen(epoch: "e", position: Samples.position(3))
        let text = #"{"op":"subscribe","task":"\#(Samples.task)","from":{"epoch":"e","seq":3}}"#
        #expect(session.receive(text, now: Samples.now) == [.resolve(Samples.task)])
        #expect(session.seen(of: Samples.task) == seen)
        let missed = [Samples.update(.state, 4), Samples.update(.progress, 6)]
        session.begin(Samples.task, .resumed, at: seen.position, data: nil, replay: missed)
        session.offer(Samples.update(.progress, 6))
        session.offer(Samples.update(.progress, 7))
        #expect(session.take().compactMap(\.position?.value) == [3, 4, 7])
    }

    @Test("An unknown task and an invalid id get the same error")
    func refusal() throws {
        var session = self.session()
        _ = session.subscribe(Samples.task, from: nil)
        session.refuse(Samples.task)
        _ = session.receive(#"{"op":"subscribe","task":"nonsense"}"#, now: Samples.now)
        let messages = try session.take().map { try JSONValue(parsing: $0.text.utf8) }
        #expect(messages.map { $0["code"] } == ["not_found", "not_found"])
        #expect(messages.map { $0["task"]?.string } == [Samples.task.description, "nonsense"])
        #expect(session.tasks.isEmpty)
    }

    @Test("Unsubscribing before the answer leaves nothing behind")
    func unsubscribed() {
        var session = self.session()
        _ = session.subscribe(Samples.task, from: nil)
        let text = #"{"op":"unsubscribe","task":"\#(Samples.task)"}"#
        #expect(session.receive(text, now: Samples.now) == [.release(Samples.task)])
        session.begin(Samples.task, .snapshot, at: Samples.position(1), data: [:])
        #expect(!session.hasNews)
        #expect(session.receive(text, now: Samples.now) == [])
    }

    @Test("A subscription that replaces an unanswered one begins where it says itself")
    func subscribedAgain() {
        var session = self.session()
        _ = session.subscribe(Samples.task, from: ClientOperation.Seen(epoch: "e", position: Samples.position(3)))
        _ = session.receive(#"{"op":"unsubscribe","task":"\#(Samples.task)"}"#, now: Samples.now)
        _ = session.receive(#"{"op":"subscribe","task":"\#(Samples.task)"}"#, now: Samples.now)
        #expect(session.awaits(Samples.task) && session.seen(of: Samples.task) == nil)
    }

    @Test("Limits: invalid operations, too many operations, too many tasks, no task")
    func limits() {
        var session = self.session()
        #expect(session.isIdle(Samples.now + .seconds(11)))
        for text in ["", "x", "[]", "{}", #"{"op":1}"#, #"{"op":"subscribe"}"#] {
            #expect(session.receive(text, now: Samples.now) == [.close(.badRequest)])
        }
        _ = session.receive(#"{"op":"dance"}"#, now: Samples.now)
        #expect(session.take().map(\.kind) == ["err"])
        _ = session.subscribe(Samples.task, from: nil)
        #expect(!session.isIdle(Samples.now + .seconds(11)))
        _ = session.subscribe(Samples.other, from: nil)
        let third = TaskID(time: Timestamp(milliseconds: 1), random: Array(1...10))
        #expect(session.subscribe(third, from: nil) == [])
        #expect(session.take().last?.text.contains("too_many_subscriptions") == true)
        var outcomes = (0..<100).map { _ in session.receive(#"{"op":"pong"}"#, now: Samples.now) }
        #expect(outcomes.last == [.close(.rateLimited)])
        outcomes = [session.receive(#"{"op":"pong"}"#, now: Samples.now + .seconds(10))]
        #expect(outcomes == [[]], "the bucket fills again")
    }

    @Test("A new epoch drops pending messages of the stream's tasks and restarts them; others continue")
    func restart() {
        var session = self.session()
        _ = session.subscribe(Samples.task, from: nil)
        session.begin(Samples.task, .snapshot, at: Samples.position(100), data: [:])
        session.offer(Samples.update(.progress, 101))
        #expect(session.restart(.hello(epoch: "f", ping: .seconds(25))) { $0 == Samples.other } == [])
        #expect(session.take().map(\.kind) == ["sub", "ev", "hello"])
        session.offer(Samples.update(.progress, 102))
        #expect(session.restart(.hello(epoch: "g", ping: .seconds(25))) { $0 == Samples.task } == [Samples.task])
        session.begin(Samples.task, .reset, at: Samples.position(1), data: [:])
        session.offer(Samples.update(.state, 2))
        #expect(session.take().map(\.kind) == ["hello", "reset", "sub", "ev"])
    }

    private func session() -> FollowerSession {
        FollowerSession(ticket: Samples.ticket(), subscriptionLimit: 2, queueLimit: 10, now: Samples.now)
    }
}
