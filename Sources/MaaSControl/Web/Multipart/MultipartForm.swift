internal import MaaSCore

/// A completely read form with files, within limits. Its files are deleted with it.
package struct MultipartForm: Sendable {
    /// The limits of a form.
    package struct Limits: Sendable {
        /// Bytes of all fields together, which are kept in memory.
        package var fieldBytes = 1 << 20
        /// Bytes of all files together.
        package var fileBytes = 20 << 20
        /// Fields and files together.
        package var parts = 32

        package init() {}

        /// Bytes of the whole body, including part headers and delimiters.
        var bodyBytes: Int { self.fieldBytes + self.fileBytes + (self.parts + 1) * 16_384 }
    }

    /// A part kept in memory.
    package struct Field: Sendable {
        package let header: MultipartHeader
        package let bytes: [UInt8]
    }

    /// A part written to a file.
    package struct File: Sendable {
        package let header: MultipartHeader
        package let file: TemporaryFile
    }

    package private(set) var fields: [Field] = []
    package private(set) var files: [File] = []

    /// The names that more than one part has, sorted; without those that end with brackets, which are lists.
    package var repeatedNames: [String] {
        var seen: [String: Int] = [:]
        for name in self.fields.map(\.header.name) + self.files.map(\.header.name) { seen[name, default: 0] += 1 }
        return seen.filter { $0.value > 1 && !$0.key.hasSuffix("[]") }.keys.sorted()
    }

    /// The first field of that name.
    package func field(_ name: String) -> Field? { self.fields.first { $0.header.name == name } }

    /// The first file of that name.
    package func file(_ name: String) -> File? { self.files.first { $0.header.name == name } }

    /// Reads the form in `request`.
    ///
    /// - Parameters:
    ///   - isFile: whether a part is written to a file instead of kept in memory. It also gets the form so far; an
    ///     error it throws ends the reading.
    ///   - directory: where the files are written.
    ///
    /// - Throws: `WebError`: 415 when it is not a form or is compressed, 413 beyond a limit, 400 when it is malformed.
    @LoopActor
    package static func read(
        from request: WebRequest,
        limits: Limits = Limits(),
        directory: String = "/tmp",
        isFile: (MultipartHeader, MultipartForm) throws -> Bool = { header, _ in header.filename != nil }
    ) async throws -> MultipartForm {
        guard let boundary = request.headers["content-type"].flatMap(MultipartParser.boundary) else {
            throw WebError.unsupportedMediaType("the body must be multipart/form-data with a boundary")
        }
        try request.requireNoEncoding()
        var parser = MultipartParser(boundary: boundary)
        var form = MultipartForm()
        var open: OpenPart?
        var count = 0
        while let chunk = try await request.body.next() {
            // The announced length is not checked: only the parser knows which part is too large.
            count += chunk.count
            guard count <= limits.bodyBytes else { throw WebError.contentTooLarge(limit: limits.bodyBytes) }
            for event in try Self.parse(chunk, with: &parser) {
                switch event {
                case .part(let header):
                    guard form.fields.count + form.files.count < limits.parts else {
                        throw WebError.badRequest("a form may have \(limits.parts) parts at most")
                    }
                    open =
                        try isFile(header, form)
                        ? .file(header, try TemporaryFile(in: directory, of: request.body)) : .field(header, [])
                case .data(let bytes):
                    if case .field = open { try request.body.keep(bytes.count) }
                    try open?.append(bytes, limits, after: form)
                case .endOfPart:
                    form.add(open)
                    open = nil
                case .end:
                    break
                }
            }
        }
        guard parser.isDone else { throw WebError.badRequest("the form ends too early", code: "malformed_form") }
        return form
    }

    private static func parse(_ chunk: [UInt8], with parser: inout MultipartParser) throws -> [MultipartParser.Event] {
        do {
            return try parser.consume(chunk)
        } catch {
            throw WebError.badRequest("the form is malformed: \(error.message)", code: "malformed_form")
        }
    }

    private mutating func add(_ part: OpenPart?) {
        switch part {
        case .field(let header, let bytes): self.fields.append(Field(header: header, bytes: bytes))
        case .file(let header, let file):
            file.finish()
            self.files.append(File(header: header, file: file))
        case nil: break
        }
    }

    private var fieldBytes: Int { self.fields.reduce(0) { $0 + $1.bytes.count } }
    private var fileBytes: Int { self.files.reduce(0) { $0 + $1.file.count } }

    private enum OpenPart {
        case field(MultipartHeader, [UInt8])
        case file(MultipartHeader, TemporaryFile)

        @LoopActor
        mutating func append(_ bytes: [UInt8], _ limits: Limits, after form: MultipartForm) throws {
            switch self {
            case .field(let header, var kept):
                guard form.fieldBytes + kept.count + bytes.count <= limits.fieldBytes else {
                    throw Self.tooLarge(header, limits.fieldBytes)
                }
                // Without this the bytes would have two owners, and each append would copy them all.
                self = .field(header, [])
                kept += bytes
                self = .field(header, kept)
            case .file(let header, let file):
                guard form.fileBytes + file.count + bytes.count <= limits.fileBytes else {
                    throw Self.tooLarge(header, limits.fileBytes)
                }
                try file.append(bytes)
            }
        }

        private static func tooLarge(_ header: MultipartHeader, _ limit: Int) -> WebError {
            var error = WebError.contentTooLarge(limit: limit)
            error.message = "\(header.name) may have \(limit) bytes at most"
            error.errors = [WebError.Field(header.name, "may have \(limit) bytes at most")]
            return error
        }
    }
}
