/// Where in a Kubernetes object a node stands, as far as that decides how it is rendered.
enum TemplatePlace {
    case elsewhere
    case containers, container
    /// `command` or `args` of a container.
    case arguments
    case environment, environmentEntry
    /// A text that the kubelet expands, in a list an entry can be left out of.
    case expandedText
    /// `labels` or `annotations`: all values are texts.
    case texts, textValue

    /// The place of the value under `key`.
    func child(_ key: String) -> TemplatePlace {
        switch (self, key) {
        case (.container, "command"), (.container, "args"): .arguments
        case (.container, "env"): .environment
        case (.environmentEntry, "value"): .expandedText
        case (.texts, _): .textValue
        case (_, "containers"), (_, "initContainers"): .containers
        case (_, "labels"), (_, "annotations"), (_, "matchLabels"), (_, "nodeSelector"): .texts
        default: .elsewhere
        }
    }

    /// The place of an item of this list.
    var item: TemplatePlace {
        switch self {
        case .containers: .container
        case .arguments: .expandedText
        case .environment: .environmentEntry
        default: .elsewhere
        }
    }

    /// Whether Kubernetes takes nothing but a text here.
    var isText: Bool {
        switch self {
        case .expandedText, .textValue: true
        default: false
        }
    }
}
