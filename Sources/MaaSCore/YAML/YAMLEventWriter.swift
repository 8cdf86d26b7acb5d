internal import CYAML

/// The owner of one `yaml_emitter_t` and of what it has written.
struct YAMLEventWriter: ~Copyable {
    /// Where libyaml's write handler puts the bytes: an object, because the handler gets one raw pointer.
    private final class Output {
        var bytes: [UInt8] = []
    }

    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output = Output()

    var bytes: [UInt8] { output.bytes }

    init() throws(YAMLError) {
        emitter = .allocate(capacity: 1)
        guard yaml_emitter_initialize(emitter) == 1 else {
            emitter.deallocate()
            throw YAMLError(.limit, "out of memory", at: .start)
        }
        // Unretained: `output` is a property, so it outlives the emitter, which `deinit` deletes first.
        yaml_emitter_set_output(
            emitter,
            { context, buffer, size in
                guard let context, let buffer else { return 0 }
                let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                output.bytes.append(contentsOf: UnsafeBufferPointer(start: buffer, count: size))
                return 1
            },
            Unmanaged.passUnretained(output).toOpaque()
        )
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_width(emitter, -1)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    mutating func start() throws(YAMLError) {
        try emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
    }

    mutating func end() throws(YAMLError) {
        try emit { yaml_stream_end_event_initialize($0) }
    }

    mutating func startDocument(implicit: Bool) throws(YAMLError) {
        try emit { yaml_document_start_event_initialize($0, nil, nil, nil, implicit ? 1 : 0) }
    }

    mutating func endDocument() throws(YAMLError) {
        try emit { yaml_document_end_event_initialize($0, 1) }
    }

    mutating func startSequence(tag: String?) throws(YAMLError) {
        try emit { event in
            withTag(tag) { tag in
                yaml_sequence_start_event_initialize(event, nil, tag, tag == nil ? 1 : 0, YAML_BLOCK_SEQUENCE_STYLE)
            }
        }
    }

    mutating func endSequence() throws(YAMLError) {
        try emit { yaml_sequence_end_event_initialize($0) }
    }

    mutating func startMapping(tag: String?) throws(YAMLError) {
        try emit { event in
            withTag(tag) { tag in
                yaml_mapping_start_event_initialize(event, nil, tag, tag == nil ? 1 : 0, YAML_BLOCK_MAPPING_STYLE)
            }
        }
    }

    mutating func endMapping() throws(YAMLError) {
        try emit { yaml_mapping_end_event_initialize($0) }
    }

    mutating func scalar(_ scalar: YAMLScalar, tag: String?) throws(YAMLError) {
        let style =
            switch scalar.style {
            case .plain: YAML_PLAIN_SCALAR_STYLE
            case .singleQuoted: YAML_SINGLE_QUOTED_SCALAR_STYLE
            case .doubleQuoted: YAML_DOUBLE_QUOTED_SCALAR_STYLE
            case .literal: YAML_LITERAL_SCALAR_STYLE
            case .folded: YAML_FOLDED_SCALAR_STYLE
            }
        var text = scalar.text
        try emit { event in
            text.withUTF8 { bytes in
                withTag(tag) { tag in
                    let implicit: Int32 = tag == nil ? 1 : 0
                    return yaml_scalar_event_initialize(
                        event,
                        nil,
                        tag,
                        bytes.baseAddress,
                        Int32(bytes.count),
                        implicit,
                        implicit,
                        style
                    )
                }
            }
        }
    }

    /// Builds one event and hands it over. libyaml frees an event it was given, also when it refuses it.
    private mutating func emit(
        _ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32
    ) throws(YAMLError) {
        var event = yaml_event_t()
        guard initialize(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else {
            let problem = emitter.pointee.problem.map { String(cString: $0) } ?? "not valid UTF-8, or out of memory"
            throw YAMLError(.unsupported, problem, at: .start)
        }
    }
}

/// Lends a tag as libyaml wants it: bytes that end in NUL, or nothing.
private func withTag(_ tag: String?, _ body: (UnsafePointer<yaml_char_t>?) -> Int32) -> Int32 {
    guard let tag else { return body(nil) }
    return tag.withCString { $0.withMemoryRebound(to: yaml_char_t.self, capacity: tag.utf8.count + 1, body) }
}
