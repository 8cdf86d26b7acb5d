internal import MaaSCore
internal import Testing

@testable internal import Maasctl

@Suite("maasctl's command line")
struct MaasctlCommandTests {
    @Test("A submission's values take the types of the template's parameters")
    func submission() throws {
        let words = [
            "submit", "demo", "prompt=42", "frames=49", "sharp=true", "shift=x", "--priority", "high", "--no-watch",
        ]
        guard case .submit(let submission, let following) = try MaasctlCommand(words) else {
            Issue.record("no submission")
            return
        }
        #expect(!submission.isFollowed)
        #expect(following.output == nil)
        let schema: JSONValue = [
            "properties": [
                "prompt": ["type": "string"], "frames": ["type": "integer"], "sharp": ["type": "boolean"],
                "shift": ["type": "number"],
            ]
        ]
        let expected: JSONValue = [
            "template": "demo", "priority": "high",
            "parameters": ["prompt": "42", "frames": 49, "sharp": true, "shift": "x"],
        ]
        #expect(submission.task(by: schema) == expected)
    }

    @Test("A list is requested with its filters")
    func list() throws {
        let command = try MaasctlCommand(["list", "--status", "RUNNING,QUEUED", "--limit=5"])
        guard case .show(let show) = command else {
            Issue.record("no list")
            return
        }
        #expect(show.path == "/v1/tasks?limit=5&status=RUNNING%2CQUEUED")
    }

    @Test(
        "Of users all are requested, of the audit log a page",
        arguments: [
            (["users"], "/v1/admin/users?limit=500", 100_000, true),
            (["users", "--limit", "7"], "/v1/admin/users?limit=7", 7, false),
            (["audit"], "/v1/admin/audit?limit=100", 100, true),
        ]
    )
    func pages(words: [String], path: String, limit: Int, isOurs: Bool) throws {
        let show = try ShowCommand(words)
        #expect(show.path == path && show.limit == limit && show.isLimitOurs == isOurs)
    }

    @Test("Pausing, resuming and draining")
    func pauses() throws {
        func request(_ words: String...) throws -> ChangeCommand.Request? {
            guard case .change(let change) = try MaasctlCommand(words) else { return nil }
            return change.requests.first
        }
        #expect(try request("pause", "all")?.body == ["scope": "all"])
        let drain = try request("drain", "node-a", "--reason", "new driver")
        #expect(drain?.body == ["scope": "node", "target": "node-a", "reason": "new driver"])
        #expect(try request("resume", "class", "low")?.path == "/v1/admin/pauses/class/low")
    }

    @Test(
        "Of a cancellation is said what the answer says",
        arguments: [
            ("CANCELLED", "a cancelled"), ("RUNNING", "a is running; it will be cancelled unless it completes first"),
            ("COMPLETED", "a is over already: COMPLETED"), ("FAILED", "a is over already: FAILED"),
        ]
    )
    func cancellation(status: String, said: String) throws {
        guard case .change(let change) = try MaasctlCommand(["cancel", "a"]) else {
            Issue.record("no change")
            return
        }
        #expect(change.requests.map { $0.outcome(["status": .string(status)]) } == [said])
    }

    @Test(
        "Invalid arguments are explained",
        arguments: [
            ([], "a command is needed"), (["sing"], "unknown command sing"),
            (["lst"], "unknown command lst; there is list"), (["submit"], "a template is needed"),
            (["submit", "demo", "frames"], "frames is not NAME=VALUE"), (["watch"], "a task's id is needed"),
            (["pause", "planet", "x"], "all, or class"), (["keys", "create"], "--name is needed"),
            (["list", "--limit", "0"], "--limit must be a number from 1 to 100"),
            (["drain"], "a node's name is needed"),
        ]
    )
    func faults(words: [String], message: String) {
        do throws(UsageError) {
            _ = try MaasctlCommand(words)
            Issue.record("understood")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test("A table's columns are as wide as their content")
    func table() {
        let rows: [JSONValue] = [["id": "a", "n": 7.25], ["id": "longer", "n": .null]]
        let text = Table([.init("ID", "id"), .init("N", "n")], rows).text
        #expect(text == "ID      N\na       7.3\nlonger  -")
        let document: JSONValue = ["b": [1, "x"], "a": [:]]
        #expect(document.indented == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    \"x\"\n  ]\n}")
    }

    @Test("User input cannot move a terminal's cursor")
    func controls() {
        let rows: [JSONValue] = [["name": "lap\u{1B}[2Jtop\r\n湖"]]
        #expect(Table([.init("NAME", "name")], rows).text == "NAME\nlap?[2Jtop?湖")
    }
}
