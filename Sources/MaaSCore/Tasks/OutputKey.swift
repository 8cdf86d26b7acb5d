/// The object keys of attempts' outputs. Keys are built only here, and those in events must match.
package enum OutputKey {
    /// The video of `attempt` of `task`: `outputs/<task>/<attempt>/video.mp4`.
    package static func video(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/video.mp4" }

    /// A thumbnail of the video: `outputs/<task>/<attempt>/thumbnail.jpg`. May be missing even if the video exists.
    package static func thumbnail(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/thumbnail.jpg" }

    /// A grid of frames of the video: `outputs/<task>/<attempt>/spritesheet.jpg`. May be missing, too.
    package static func spritesheet(task: TaskID, attempt: Int) -> String {
        "outputs/\(task)/\(attempt)/spritesheet.jpg"
    }

    /// The latest preview of a running generation, overwritten each time: `outputs/<task>/<attempt>/preview.jpg`.
    package static func preview(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/preview.jpg" }

    /// The output of the attempt's programs, in the format of ``OutputLog``: `outputs/<task>/<attempt>/output.log`.
    package static func log(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/output.log" }

    /// All objects that an attempt may have stored.
    package static func all(task: TaskID, attempt: Int) -> [String] {
        [Self.video, Self.thumbnail, Self.spritesheet, Self.preview, Self.log].map { $0(task, attempt) }
    }
}
