/// The exit codes of sysexits(3) that our programs end with.
package enum ExitCode {
    /// EX_USAGE: the command line is invalid.
    package static let usage: Int32 = 64
    /// EX_TEMPFAIL: a retry may succeed.
    package static let temporaryFailure: Int32 = 75
    /// EX_CONFIG: a configuration is missing or invalid.
    package static let configuration: Int32 = 78
}
