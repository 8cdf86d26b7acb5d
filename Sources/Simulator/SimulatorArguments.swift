/// The command line: `--seeds N --first N --trace --survey --crashes --crash-at N --mutation NAME`, or `--measure NAME`
/// alone; each at most once.
struct SimulatorArguments: Sendable {
    /// An invalid command line.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    var first: UInt64 = 1
    var seeds: UInt64 = 10_000
    var showsTrace = false
    /// Whether to continue after a failing seed, and count failures by rule.
    var isSurvey = false
    /// Whether to run each seed again for each await of a dispatcher, crashing there.
    var crashesEverywhere = false
    /// The await at which to crash in the traced seed.
    var crashPoint: Int?
    /// A fault that the simulation should find.
    var mutation: Mutation?
    /// A measurement to make instead of a campaign.
    var measurement: Measurement?

    init() {}

    init(_ words: some Sequence<String>) throws(Fault) {
        var words = words.makeIterator()
        while let word = words.next() {
            switch word {
            case "--seeds": self.seeds = try Self.number(words.next(), of: word)
            case "--first": self.first = try Self.number(words.next(), of: word)
            case "--trace": self.showsTrace = true
            case "--survey": self.isSurvey = true
            case "--crashes": self.crashesEverywhere = true
            case "--crash-at": self.crashPoint = Int(try Self.number(words.next(), of: word))
            case "--mutation":
                guard let mutation = words.next().flatMap(Mutation.init(rawValue:)) else {
                    let names = Mutation.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Fault(description: "--mutation takes one of \(names)")
                }
                self.mutation = mutation
            case "--measure":
                guard let measurement = words.next().flatMap(Measurement.init(rawValue:)) else {
                    let names = Measurement.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Fault(description: "--measure takes one of \(names)")
                }
                self.measurement = measurement
            default:
                throw Fault(
                    description:
                        "unknown option \(word): the options are --seeds N, --first N, --trace, --survey, --crashes, "
                        + "--crash-at N, --mutation NAME and --measure NAME"
                )
            }
        }
    }

    private static func number(_ word: String?, of option: String) throws(Fault) -> UInt64 {
        guard let number = word.flatMap({ UInt64($0) }) else {
            throw Fault(description: "\(option) takes a whole number")
        }
        return number
    }
}
