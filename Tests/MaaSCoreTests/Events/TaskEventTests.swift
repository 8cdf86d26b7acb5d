import MaaSCore
import Testing

@Suite("Task event")
struct TaskEventTests {
    static let task = TaskID(time: Timestamp(milliseconds: 1_790_000_000_000), random: [UInt8](0..<10))

    static let bodies: [TaskEvent.Body] = [
        .queued(TaskWait(position: 3, etaSeconds: 40, reason: .gpusBusy)),
        .queued(TaskWait(position: 1, reason: .noNodeFits)),
        .state(.running, failure: nil),
        .state(.failed, failure: TaskFailure(code: "GPU_OOM", message: "Out of memory.", exitCode: 1)),
        .progress(TaskProgress(stage: .denoising, step: 3, total: 40, percent: 20.3, etaSeconds: 9, message: "日本")),
        .progress(TaskProgress(stage: .pulling, percent: 0)),
        .heartbeat,
        .succeeded(
            TaskResult(
                key: "a/b",
                size: 1 << 40,
                sha256: "ff",
                width: 832,
                height: 480,
                frames: 49,
                durationMilliseconds: 3062
            )
        ),
        .failed(TaskFailure(code: "NCCL_TIMEOUT", message: "x", isRetryable: true)),
    ]

    static func event(_ body: TaskEvent.Body, _ producer: TaskEvent.Producer = .pod) -> TaskEvent {
        TaskEvent(
            task: Self.task,
            attempt: 2,
            producer: producer,
            sequence: 1 << 40,
            time: Timestamp(milliseconds: 5),
            body: body
        )
    }

    @Test("An event survives its flat fields", arguments: Self.bodies)
    func roundTrip(body: TaskEvent.Body) throws {
        let event = Self.event(body)
        #expect(try TaskEvent(fields: event.fields(token: "t")) == event)
    }

    @Test(
        "A missing or senseless field is named",
        arguments: [
            ("v", "2"), ("task_id", "x"), ("attempt", "one"), ("percent", "101"), ("percent", "nan"),
            ("stage", "dreaming"), ("type", ""),
        ]
    )
    func faults(name: String, value: String) {
        var fields = Self.event(Self.bodies[4]).fields(token: "t").filter { $0.name != name }
        #expect(throws: TaskEventError.self) { try TaskEvent(fields: fields) }
        fields.append((name, value))
        let error = #expect(throws: TaskEventError.self) { try TaskEvent(fields: fields) }
        #expect(error?.field.rawValue == name)
        #expect(error?.found == value)
    }

    @Test("A token speaks for one attempt of one task, and a pod not for the control plane")
    func tokens() {
        let tokens = EventToken(secret: "0123456789abcdef")
        let progress = Self.event(Self.bodies[4])
        let token = tokens.make(.pod, task: progress.task, attempt: 2)
        #expect(tokens.admits(progress, token: token))
        #expect(!EventToken(secret: "another secret").admits(progress, token: token))
        var later = progress
        later.attempt = 3
        #expect(!tokens.admits(later, token: token))
        var forged = Self.event(.state(.cancelled, failure: nil))
        #expect(!tokens.admits(forged, token: token))
        forged.producer = .control
        #expect(!tokens.admits(forged, token: token))
        #expect(tokens.admits(forged, token: tokens.make(.control, task: forged.task, attempt: 2)))
    }

    @Test("A ticket names its user until its time is up, and cannot be changed")
    func tickets() {
        let now = Timestamp(milliseconds: 1000)
        let text = EventTicket(user: "ann", expires: now + .seconds(60)).signed(secret: "s")
        #expect(EventTicket(verifying: text, secret: "s", now: now)?.user == "ann")
        #expect(EventTicket(verifying: text, secret: "s", now: now + .seconds(60)) == nil)
        #expect(EventTicket(verifying: text, secret: "t", now: now) == nil)
        #expect(EventTicket(verifying: "x" + text, secret: "s", now: now) == nil)
        #expect(EventTicket(verifying: "", secret: "s", now: now) == nil)
    }

    @Test("A wait survives the positions hash")
    func waits() {
        for wait in [
            TaskWait(position: 1, reason: .gpusBusy), TaskWait(position: 9, etaSeconds: 0, reason: .behindOthers),
        ] {
            #expect(TaskWait(text: wait.text) == wait)
        }
        #expect(TaskWait(text: "x") == nil)
    }
}
