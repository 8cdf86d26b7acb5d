/// What is asked for on the command line: `--seeds N --first N --trace --survey --crashes --crash-at N --mutation NAME`,
/// or `--measure NAME` alone; each at most once.
struct SimulatorArguments: Sendable {
    /// Something that cannot be understood.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    var first: UInt64 = 1
    var seeds: UInt64 = 10_000
    var showsTrace = false
    /// Whether to go on after a failing seed, and count them by the rule that was broken.
    var isSurvey = false
    /// Whether each seed is run once more for each moment at which a dispatcher waits, with its death there.
    var crashesEverywhere = false
    /// At which of them one dies in the seed that is shown.
    var crashPoint: Int?
    /// A fault that is to be found.
    var mutation: Mutation?
    /// Numbers that are asked for instead of a campaign.
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
                        "\(word)? There are --seeds N, --first N, --trace, --survey, --crashes, --crash-at N, --mutation "
                        + "NAME and --measure NAME"
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
