/// A part of the configuration with a mapping of its own.
protocol ConfigurationSection: Sendable {
    /// All defaults, before anything is read.
    init()

    /// Reads every key of this section; the reader collects the faults.
    mutating func read(from reader: ConfigurationReader)
}
