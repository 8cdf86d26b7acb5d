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
        return [Self.shown(in: tail)].compactMap(\.self) + others
    }

    /// What follows the frames of the last traceback. Torch marks each of its lines with the rank.
    private static func shown(in tail: [String]) -> String? {
        let isStart = { (line: String) in Self.text(of: line)?.hasPrefix("Traceback (most recent call last)") == true }
        guard let start = tail.lastIndex(where: isStart) else { return nil }
        return tail[start...].dropFirst().lazy.compactMap(Self.text).first { !$0.isEmpty && !$0.hasPrefix(" ") }
    }

    /// That of `[rank0]: text`.
    private static func text(of line: String) -> String? {
        guard line.hasPrefix("[rank"), let end = line.firstRange(of: "]: ") else { return nil }
        let rank = line[..<end.lowerBound].dropFirst("[rank".count)
        return rank.allSatisfy(\.isNumber) ? String(line[end.upperBound...]) : nil
    }
}
