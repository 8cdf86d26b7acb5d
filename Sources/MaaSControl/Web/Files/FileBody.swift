internal import Glibc
internal import MaaSCore

/// A regular file as a response body, with validators and range support.
///
/// The file is opened once, so what is sent is one version of it.
package struct FileBody: Sendable {
    private let reader: FileReader
    private let size: Int
    private let modifiedSeconds: Int64
    private let tag: EntityTag
    private let type: String

    /// Opens the file; nil when it is not a readable regular file.
    ///
    /// - Parameter type: its media type; nil derives it from the name.
    package init?(path: String, type: String? = nil) {
        // O_NONBLOCK: opening a pipe must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.size = Int(status.st_size)
        self.modifiedSeconds = Int64(status.st_mtim.tv_sec)
        let nanoseconds = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        self.tag = EntityTag(size: Int(status.st_size), modifiedNanoseconds: nanoseconds)
        self.type = type ?? MediaType.ofFile(named: path)
        self.reader = FileReader(descriptor)
    }

    /// The response for the file. `count` is the length of the body, even when there is no reader.
    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var reader: FileReader?
        var count: Int
    }

    @LoopActor
    func answer(to request: WebRequest) -> Answer {
        let selection = ContentSelection(
            for: request,
            size: self.size,
            tag: self.tag.text,
            modifiedSeconds: self.modifiedSeconds
        )
        var answer = Answer(
            status: selection.status,
            headers: selection.headers,
            reader: nil,
            count: selection.range.count
        )
        if selection.status == 304 { return answer }
        answer.headers["Content-Type"] = self.type
        if selection.status == 416 { return answer }
        self.reader.select(selection.range)
        answer.reader = self.reader
        return answer
    }
}
