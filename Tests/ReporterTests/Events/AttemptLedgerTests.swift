internal import Glibc
internal import MaaSTesting
internal import Testing

@testable internal import Reporter

@Suite("Attempt ledger")
struct AttemptLedgerTests {
    private func next(_ ledger: AttemptLedger) -> Int64 {
        ledger.update { record in
            record.sequence += 1
            return record.sequence
        }
    }

    @Test("Two programs share the sequence")
    func together() async throws {
        try await SupportProgram.withDirectory { directory in
            let first = AttemptLedger(directory: directory, task: "t", attempt: 1)
            let second = AttemptLedger(directory: directory, task: "t", attempt: 1)
            #expect([first, second, second, first].map(self.next) == [1, 2, 3, 4])
        }
    }

    @Test("Another attempt starts over")
    func another() async throws {
        try await SupportProgram.withDirectory { directory in
            _ = self.next(AttemptLedger(directory: directory, task: "t", attempt: 1))
            #expect(self.next(AttemptLedger(directory: directory, task: "t", attempt: 2)) == 1)
        }
    }

    @Test("Containers of other users share it, whatever the umask")
    func users() async throws {
        try await SupportProgram.withDirectory { directory in
            let before = umask(0o077)
            _ = self.next(AttemptLedger(directory: directory + "/state", task: "t", attempt: 1))
            umask(before)
            #expect(self.mode(of: directory + "/state") == 0o777)
            #expect(self.mode(of: directory + "/state/attempt.json") == 0o666)
        }
    }

    private func mode(of path: String) -> mode_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : nil
    }

    @Test("A corrupt or missing file still gives increasing numbers")
    func fallback() async throws {
        try await SupportProgram.withDirectory { directory in
            let path = directory + "/attempt.json"
            let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
            _ = write(descriptor, "{oops", 5)
            close(descriptor)
            let first = self.next(AttemptLedger(directory: directory, task: "t", attempt: 1))
            let second = self.next(AttemptLedger(directory: directory, task: "t", attempt: 1))
            #expect(first > 1_700_000_000_000)
            #expect(second == first + 1)
        }
        let nowhere = AttemptLedger(directory: "/proc/no/such", task: "t", attempt: 1)
        let first = self.next(nowhere)
        #expect(first > 1_700_000_000_000)
        #expect(self.next(nowhere) == first + 1)
    }
}
