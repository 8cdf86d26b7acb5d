/// What an attempt's job does once its pods run.
enum AttemptScript: Sendable, Hashable {
    /// It leaves a video, and may report it.
    case delivers(saysSo: Bool)
    /// It succeeds without a video.
    case deliversNothing
    case fails(exitCode: Int)
    case isEvicted
    case hangs
    /// Its image cannot be pulled.
    case neverStarts
    /// The cluster rejects it.
    case isInvalid
}
