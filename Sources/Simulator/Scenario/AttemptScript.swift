/// What an attempt's job will do when its pods run.
enum AttemptScript: Sendable, Hashable {
    /// It leaves a video, and perhaps says so.
    case delivers(saysSo: Bool)
    /// It ends well without a video.
    case deliversNothing
    case fails(exitCode: Int)
    case isEvicted
    case hangs
    /// Its image cannot be pulled.
    case neverStarts
    /// The cluster refuses it.
    case isInvalid
}
