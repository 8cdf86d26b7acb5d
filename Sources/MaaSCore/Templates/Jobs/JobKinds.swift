/// The supported kinds. To add one, add a type and an entry here.
enum JobKinds {
    static let all: [any JobKind] = [PyTorchJobKind(), BatchJobKind()]

    static func find(apiVersion: String?, kind: String?) -> (any JobKind)? {
        Self.all.first { $0.apiVersion == apiVersion && $0.kind == kind }
    }
}
