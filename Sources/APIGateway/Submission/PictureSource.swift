internal import MaaSControl

/// Where the picture of a draft comes from.
enum PictureSource: Sendable {
    /// It came with the request.
    case file(TemporaryFile)
    /// `http`, `https` or `data`.
    case url(String)
    /// The id of what was uploaded before.
    case upload(String)
    /// That of another task of the user's.
    case stored(TaskInput)
    /// The same, by an id that nobody has looked up yet.
    case task(String)
}
