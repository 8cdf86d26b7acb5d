/// Splits a child's output into lines: at CR, at LF and at sequences that move a terminal's cursor.
///
/// A progress bar is one endless line of CRs, so splitting at LF alone would buffer it forever. Colours are dropped.
struct LineSplitter {
    struct Line: Equatable {
        /// Without its terminator; malformed UTF-8 is replaced.
        var text: String
        /// Whether it begins where a line of a file would: at the start, or after an LF.
        var isFresh: Bool
        /// Whether it ends in LF, so that the program will not overwrite it.
        var isFinished: Bool
    }

    /// Longer lines are split, to bound memory for a program without line ends.
    static let limit = 8 * 1024

    private enum State { case text, escape, controlSequence }

    private var bytes: [UInt8] = []
    private var state = State.text
    private var isFresh = true
    private var followsReturn = false

    /// Appends `input` and returns the lines it completes.
    mutating func append(_ input: some Sequence<UInt8>) -> [Line] {
        var lines: [Line] = []
        for byte in input { self.append(byte, to: &lines) }
        return lines
    }

    /// The unfinished last line, at the end of the output.
    mutating func finish() -> Line? {
        var lines: [Line] = []
        if !self.bytes.isEmpty { self.cut(isFinished: true, nextIsFresh: true, to: &lines) }
        return lines.first
    }

    private mutating func append(_ byte: UInt8, to lines: inout [Line]) {
        switch (self.state, byte) {
        case (.text, UInt8(ascii: "\n")):
            // The LF of a CR LF belongs to the line already returned; any other empty line counts.
            if !self.bytes.isEmpty || !self.followsReturn {
                self.cut(isFinished: true, nextIsFresh: true, to: &lines)
            }
            self.isFresh = true
            self.followsReturn = false
        case (.text, UInt8(ascii: "\r")):
            self.cutIfAny(to: &lines)
            self.isFresh = false
            self.followsReturn = true
        case (.text, 0x1B):
            self.state = .escape
        case (.text, _):
            self.bytes.append(byte)
            self.followsReturn = false
            if self.bytes.count >= Self.limit { self.cutIfAny(to: &lines) }
        case (.escape, UInt8(ascii: "[")):
            self.state = .controlSequence
        case (.escape, _):
            self.state = .text  // Two-byte escapes do not matter here.
        case (.controlSequence, 0x40...0x7E):
            self.state = .text
            // Colours and erasing do not move the cursor; anything else starts another line.
            if byte != UInt8(ascii: "m"), byte != UInt8(ascii: "K") { self.cutIfAny(to: &lines) }
        case (.controlSequence, 0x20...0x3F):
            break
        case (.controlSequence, _):
            self.state = .text  // Malformed: the sequence is lost, its end is text again.
            self.append(byte, to: &lines)
        }
    }

    private mutating func cutIfAny(to lines: inout [Line]) {
        if self.bytes.isEmpty { return }
        self.cut(isFinished: false, nextIsFresh: false, to: &lines)
    }

    private mutating func cut(isFinished: Bool, nextIsFresh: Bool, to lines: inout [Line]) {
        let text = String(decoding: self.bytes, as: UTF8.self)
        lines.append(Line(text: text, isFresh: self.isFresh, isFinished: isFinished))
        self.bytes.removeAll(keepingCapacity: true)
        self.isFresh = nextIsFresh
    }
}
