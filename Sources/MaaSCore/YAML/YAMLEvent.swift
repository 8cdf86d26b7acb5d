/// An event of libyaml's parser.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd
        case documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar, anchor: String?, tag: String?)
        case sequenceStart(anchor: String?, tag: String?), sequenceEnd
        case mappingStart(anchor: String?, tag: String?), mappingEnd
        /// libyaml's "no event", after the end of the stream.
        case none
    }

    var kind: Kind
    var position: YAMLPosition
}
