internal import MaaSCore
internal import Testing

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
        .progress(TaskProgress(stage: .denoising, percent: 40, preview: 3)),
        .state(.completed, failure: nil, result: TaskResult(key: "a/b", size: 7, sha256: "ff", frames: 49)),
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

    @Test("Fields are read in any order", arguments: Self.bodies)
    func order(body: TaskEvent.Body) throws {
        let event = Self.event(body)
        let fields = event.fields(token: "t")
        #expect(try TaskEvent(fields: fields.reversed()) == event)
        for count in fields.indices {
            #expect(try TaskEvent(fields: Array(fields[count...] + fields[..<count])) == event)
        }
    }

    @Test(
        "A missing or invalid field is named",
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

    @Test(
        "A value that a column or a name cannot have is rejected, naming its field",
        arguments: [
            (4, "step", "3000000000"), (4, "total", "-1"), (4, "eta_s", "2147483648"), (4, "attempt", "-2"),
            (4, "ts", "-1"), (4, "ts", "9223372036854775807"), (7, "key", "a\u{0}b"),
            (7, "key", String(repeating: "k", count: 513)), (7, "size", "-1"), (7, "width", "99999999999"),
            (7, "sha256", "f\n"), (7, "duration_ms", "1e9"), (8, "code", String(repeating: "C", count: 65)),
            (8, "code", "A\u{7F}"), (3, "exit_code", "-2147483649"),
        ]
    )
    func bounds(body: Int, name: String, value: String) {
        let fields = Self.event(Self.bodies[body]).fields(token: "t").filter { $0.name != name } + [(name, value)]
        let error = #expect(throws: TaskEventError.self) { try TaskEvent(fields: fields) }
        #expect(error?.field.rawValue == name)
    }

    @Test("A message is sanitized and truncated, and its event is not lost")
    func message() throws {
        let failure = TaskFailure(
            code: "CRASHED",
            message: "a\u{0}b\nc" + String(repeating: "é", count: 2000),
            exitCode: -9
        )
        let event = try TaskEvent(fields: Self.event(.failed(failure)).fields(token: "t"))
        guard case .failed(let read) = event.body else {
            Issue.record("not a failure")
            return
        }
        #expect(read.message.hasPrefix("a b cé"))
        #expect(read.message.utf8.count == 1999, "whole characters only")
        #expect(read.exitCode == -9)
    }

    @Test("A pod may only deliver to its own attempt's key")
    func outputKey() {
        let tokens = EventToken(secret: "0123456789abcdef")
        func isAdmitted(_ key: String) -> Bool {
            let event = Self.event(.succeeded(TaskResult(key: key, size: 1)))
            return tokens.admits(event, token: tokens.make(.pod, task: event.task, attempt: event.attempt))
        }
        #expect(isAdmitted("outputs/\(Self.task)/2/video.mp4"))
        #expect(!isAdmitted("outputs/\(Self.task)/1/video.mp4"))
        let other = TaskID(time: Timestamp(milliseconds: 1), random: [UInt8](0..<10))
        #expect(!isAdmitted("outputs/\(other)/2/video.mp4"))
        #expect(!isAdmitted("inputs/\(Self.task)/image"))
    }

    @Test("A token is valid for one attempt of one task, and a pod's not for the control plane")
    func tokens() {
        let tokens = EventToken(secret: "0123456789abcdef")
        let progress = Self.event(Self.bodies[4])
        let token = tokens.make(.pod, task: progress.task, attempt: 2)
        #expect(tokens.admits(progress, token: token))
        #expect(!EventToken(secret: "another secret").admits(progress, token: token))
        let changed = EventToken(secret: EventSecrets("another secret", previous: "0123456789abcdef"))
        #expect(changed.admits(progress, token: token))
        let new = changed.make(.pod, task: progress.task, attempt: progress.attempt)
        #expect(changed.admits(progress, token: new))
        #expect(!tokens.admits(progress, token: new))
        var later = progress
        later.attempt = 3
        #expect(!tokens.admits(later, token: token))
        var forged = Self.event(.state(.cancelled, failure: nil))
        #expect(!tokens.admits(forged, token: token))
        forged.producer = .control
        #expect(!tokens.admits(forged, token: token))
        #expect(tokens.admits(forged, token: tokens.make(.control, task: forged.task, attempt: 2)))
    }

    @Test("A ticket is valid for its user until it expires, and cannot be altered")
    func tickets() {
        let now = Timestamp(milliseconds: 1000)
        let text = EventTicket(user: "ann", expires: now + .seconds(60)).signed(secret: "s")
        #expect(EventTicket(verifying: text, secret: "s", now: now)?.user == "ann")
        #expect(EventTicket(verifying: text, secret: "s", now: now + .seconds(60)) == nil)
        #expect(EventTicket(verifying: text, secret: "t", now: now) == nil)
        for character in text.indices {
            var forged = text
            forged.replaceSubrange(character...character, with: text[character] == "A" ? "B" : "A")
            #expect(EventTicket(verifying: forged, secret: "s", now: now) == nil)
        }
        let changed = EventSecrets("t", previous: "s")
        #expect(EventTicket(verifying: text, secret: changed, now: now)?.user == "ann")
        let new = EventTicket(user: "ann", expires: now + .seconds(60)).signed(secret: changed)
        #expect(EventTicket(verifying: new, secret: "s", now: now) == nil)
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
