/// The exit statuses of sysexits(3) that the reporter uses for its own failures.
enum EX {
    static let usage: Int32 = 64
    static let temporaryFailure: Int32 = 75
    static let configuration: Int32 = 78
}
