/// The kind of place of a node in a Kubernetes object, as far as it affects rendering.
enum TemplatePlace {
    case elsewhere
    case containers, container
    /// `command` or `args` of a container.
    case arguments
    case environment, environmentEntry
    /// A text that the kubelet expands, within a list item that can be dropped.
    case expandedText
    /// `labels` or `annotations`, whose values are all strings.
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

    /// Whether Kubernetes accepts only a string here.
    var isText: Bool {
        switch self {
        case .expandedText, .textValue: true
        default: false
        }
    }
}
