/// Finds the errors with which processes of a group ended by themselves.
enum RankError {
    /// What k8s/worker/maas_worker/wan.py writes for a process whose output is not shown.
    private static let prefix = "cause on rank "

    /// The errors in the last lines of the group's output, that of the process shown first. It may be one that lost
    /// another process.
    static func all(in tail: [String]) -> [String] {
        let others = tail.filter { $0.hasPrefix(Self.prefix) }.compactMap { line in
            line.firstRange(of: ": ").map { String(line[$0.upperBound...]) }
        }
        return [Traceback.error(in: tail.compactMap(Self.text))].compactMap(\.self) + others
    }

    /// That of `[rank0]: text`: torch marks each line of a traceback with the rank.
    private static func text(of line: String) -> String? {
        guard line.hasPrefix("[rank"), let end = line.firstRange(of: "]: ") else { return nil }
        let rank = line[..<end.lowerBound].dropFirst("[rank".count)
        return rank.allSatisfy(\.isNumber) ? String(line[end.upperBound...]) : nil
    }
}
