internal import CYAML

/// The owner of a `yaml_parser_t` and of its input.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml keeps a pointer to its input as long as the parser lives.
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        self.parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(self.parser) == 1 else {
            self.parser.deallocate()
            throw YAMLError(.limit, "out of memory", at: .start)
        }
        self.input = .allocate(capacity: bytes.count)
        _ = self.input.initialize(from: bytes)
        yaml_parser_set_input_string(self.parser, self.input.baseAddress, self.input.count)
        yaml_parser_set_encoding(self.parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(self.parser)
        self.parser.deallocate()
        self.input.deallocate()
    }

    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(self.parser, &event) == 1 else { throw self.failure() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(kind: Self.kind(of: event), position: YAMLPosition(event.start_mark))
    }

    private static func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_STREAM_END_EVENT: .streamEnd
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            .scalar(
                Self.scalar(event.data.scalar),
                anchor: Self.text(event.data.scalar.anchor),
                tag: Self.text(event.data.scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            .sequenceStart(
                anchor: Self.text(event.data.sequence_start.anchor),
                tag: Self.text(event.data.sequence_start.tag)
            )
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            .mappingStart(
                anchor: Self.text(event.data.mapping_start.anchor),
                tag: Self.text(event.data.mapping_start.tag)
            )
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: .none
        }
    }

    private static func scalar(_ data: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar) -> YAMLScalar {
        let style: YAMLScalar.Style =
            switch data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        // By length, not NUL-terminated: "\0" in double quotes is an ordinary character.
        return YAMLScalar(
            String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self),
            style: style
        )
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func failure() -> YAMLError {
        let problem = self.parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        let context = self.parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
        if self.parser.pointee.error == YAML_READER_ERROR {
            // The reader reports only a byte offset, so the line is counted here.
            return YAMLError(.syntax, problem, at: self.position(ofByte: self.parser.pointee.problem_offset))
        }
        let code: YAMLError.Code = self.parser.pointee.error == YAML_MEMORY_ERROR ? .limit : .syntax
        return YAMLError(code, context + problem, at: YAMLPosition(self.parser.pointee.problem_mark))
    }

    private func position(ofByte offset: Int) -> YAMLPosition {
        let before = self.input.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return YAMLPosition(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        )
    }
}

extension YAMLPosition {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
