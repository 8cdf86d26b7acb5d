/// The exit codes of sysexits(3) that our programs end with.
package enum ExitCode {
    /// EX_USAGE: the command line cannot be understood.
    package static let usage: Int32 = 64
    /// EX_TEMPFAIL: another try may succeed.
    package static let temporaryFailure: Int32 = 75
    /// EX_CONFIG: something is not configured, or not as it must be.
    package static let configuration: Int32 = 78
}
