/// The kinds there are. A new one is a type of its own and an entry here.
enum JobKinds {
    static let all: [any JobKind] = [PyTorchJobKind(), BatchJobKind()]

    static func find(apiVersion: String?, kind: String?) -> (any JobKind)? {
        Self.all.first { $0.apiVersion == apiVersion && $0.kind == kind }
    }
}
