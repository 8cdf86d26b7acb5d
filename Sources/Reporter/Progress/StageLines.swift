internal import MaaSCore

/// Recognizes stages from the log lines of a generator (Wan2.2's generate.py, and the demo, which imitates it).
///
/// Such a program also logs the prompt, so a line counts only if it cannot be part of one: it begins like a log record
/// at the start of a line, it is not a line of the program's own arguments, and it is the next one expected.
struct StageLines {
    struct Place: Equatable {
        var stage: TaskStage
        var fraction: Double
    }

    private enum Marker { case creatingPipeline, loadingEncoder, loadingDecoder, creatingModel, generating, saving }

    private static let markers: [(marker: Marker, place: Place)] = [
        (.creatingPipeline, Place(stage: .loadingModel, fraction: 0)),
        (.loadingEncoder, Place(stage: .loadingModel, fraction: 0.1)),
        (.loadingDecoder, Place(stage: .loadingModel, fraction: 0.35)),
        (.creatingModel, Place(stage: .loadingModel, fraction: 0.4)),
        (.generating, Place(stage: .denoising, fraction: 0)),
        (.saving, Place(stage: .decoding, fraction: 1)),
    ]

    /// Lines of the arguments that look like log records.
    private let forged: [String]
    private var passed = -1

    /// - Parameter arguments: the generator's command line, which contains user input.
    init(ignoring arguments: [String] = []) {
        self.forged = arguments.flatMap { argument in
            var splitter = LineSplitter()
            return (splitter.append(argument.utf8) + [splitter.finish()].compactMap(\.self)).map(\.text)
        }.filter { Self.message(of: $0) != nil }
    }

    /// The place that `line` announces; nil for a repetition.
    mutating func place(in line: LineSplitter.Line) -> Place? {
        guard line.isFresh, let message = Self.message(of: line.text), let marker = Self.marker(in: message),
            let index = Self.markers.firstIndex(where: { $0.marker == marker }), index > self.passed,
            !self.forged.contains(where: line.text.hasPrefix)
        else { return nil }
        self.passed = index
        return Self.markers[index].place
    }

    /// The text after `[2026-11-24 01:02:03,004] INFO: `; nil for a line of another level.
    static func message(of line: String, level: String = "INFO") -> Substring? {
        guard line.first == "[", let end = line.firstRange(of: "] \(level): ") else { return nil }
        return line[end.upperBound...]
    }

    private static func marker(in message: Substring) -> Marker? {
        if message.hasPrefix("Generating video ") { return .generating }
        if message.hasPrefix("Saving generated video to ") { return .saving }
        if message.hasPrefix("Creating ") {
            if message.hasSuffix(" pipeline.") { return .creatingPipeline }
            return message.dropFirst(9).prefix { $0 != " " }.hasSuffix("Model") ? .creatingModel : nil
        }
        guard message.hasPrefix("loading ") else { return nil }
        if message.contains("_t5_") { return .loadingEncoder }
        return message.hasSuffix("VAE.pth") ? .loadingDecoder : nil
    }
}
