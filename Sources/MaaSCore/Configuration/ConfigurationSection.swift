/// A part of the configuration that is read from a mapping of its own.
protocol ConfigurationSection: Sendable {
    /// All defaults, before anything is read.
    init()

    /// Reads every key this section knows; the reader collects what is wrong.
    mutating func read(from reader: ConfigurationReader)
}
