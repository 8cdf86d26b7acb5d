internal import MaaSControl

/// The source of a draft's picture.
enum PictureSource: Sendable {
    /// It came with the request.
    case file(TemporaryFile)
    /// `http`, `https` or `data`.
    case url(String)
    /// The id of an earlier upload.
    case upload(String)
    /// The picture of another task of the user.
    case stored(TaskInput)
    /// The picture of another task, by an id that is not yet looked up.
    case task(String)
}
