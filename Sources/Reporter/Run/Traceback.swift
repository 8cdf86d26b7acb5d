/// Python's report of an error.
enum Traceback {
    /// What follows the frames of the last one in `lines`, such as `ValueError: whatever`. An indented one does not
    /// count: Python reports one in a `.pth` file that way, and goes on.
    static func error(in lines: [String]) -> String? {
        let isStart = { (line: String) in line.hasPrefix("Traceback (most recent call last)") }
        guard let start = lines.lastIndex(where: isStart) else { return nil }
        return lines[start...].dropFirst().first { !$0.isEmpty && !$0.hasPrefix(" ") }
    }
}
