internal import MaaSCore

/// The server's discovery documents: versions, groups and kinds.
enum Discovery {
    /// The answer to a discovery path; nil for any other.
    static func document(for path: String) -> JSONValue? {
        switch path {
        case "/version":
            [
                "major": .string(ServerVersion.major),
                "minor": .string(ServerVersion.minor),
                "gitVersion": .string(ServerVersion.git),
                "gitCommit": "",
                "gitTreeState": "clean",
                "buildDate": "1970-01-01T00:00:00Z",
                "goVersion": "",
                "compiler": "swift",
                "platform": .string("linux/\(ServerVersion.architecture)"),
            ]
        case "/api":
            ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []]
        case "/apis":
            ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(Self.groups.map(Self.group))]
        case "/api/v1": Self.resources(of: "", version: "v1")
        case "/openapi/v3": ["paths": .object(Self.openAPIPaths)]
        case "/openapi/v3/api/v1": Self.openAPI(of: "")
        default: Self.groupDocument(for: path)
        }
    }

    /// The groups besides the core one.
    private static let groups = ["batch", "kubeflow.org"]

    private static func groupDocument(for path: String) -> JSONValue? {
        for name in Self.groups {
            switch path {
            case "/apis/\(name)": return Self.group(name)
            case "/apis/\(name)/v1": return Self.resources(of: name, version: "v1")
            case "/openapi/v3/apis/\(name)/v1": return Self.openAPI(of: name)
            default: continue
            }
        }
        return nil
    }

    private static var openAPIPaths: [String: JSONValue] {
        let paths = ["api/v1"] + Self.groups.map { "apis/\($0)/v1" }
        return Dictionary(
            uniqueKeysWithValues: paths.map { ($0, ["serverRelativeURL": .string("/openapi/v3/\($0)")]) }
        )
    }

    /// An OpenAPI v2 document in protobuf with nothing but its version (`swagger`, field 1).
    ///
    /// kubectl up to 1.26 requests it before it creates anything, only to validate, and this one leaves nothing to
    /// validate.
    static let openAPIv2 = [0x0A, 0x03] + Array("2.0".utf8)

    private static func group(_ name: String) -> JSONValue {
        let version: JSONValue = ["groupVersion": .string("\(name)/v1"), "version": "v1"]
        return [
            "kind": "APIGroup", "apiVersion": "v1", "name": .string(name), "versions": [version],
            "preferredVersion": version,
        ]
    }

    private static func resources(of group: String, version: String) -> JSONValue {
        let kinds = ResourceKind.all.filter { $0.group == group }
        let entries = kinds.flatMap { kind in
            [Self.entry(kind)]
                + kind.subresources.map { subresource in
                    [
                        "name": .string("\(kind.plural)/\(subresource)"),
                        "singularName": "",
                        "namespaced": .bool(kind.isNamespaced),
                        "kind": .string(kind.kind),
                        "verbs": subresource == "log" ? ["get"] : ["get", "patch", "update"],
                    ]
                }
        }
        return [
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(entries),
        ]
    }

    private static func entry(_ kind: ResourceKind) -> JSONValue {
        [
            "name": .string(kind.plural),
            "singularName": .string(kind.singular),
            "namespaced": .bool(kind.isNamespaced),
            "kind": .string(kind.kind),
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            "shortNames": .array(kind.shortNames.map { .string($0) }),
            "categories": kind.isNamespaced && kind != .events ? ["all"] : [],
        ]
    }

    /// The part of OpenAPI that kubectl reads: PATCH of each kind supports `fieldValidation` and `dryRun`, so kubectl
    /// leaves validation to the server.
    private static func openAPI(of group: String) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for kind in ResourceKind.all where kind.group == group {
            let root = group.isEmpty ? "/api/v1" : "/apis/\(kind.apiVersion)"
            let path = "\(root)\(kind.isNamespaced ? "/namespaces/{namespace}" : "")/\(kind.plural)/{name}"
            let parameters = ["dryRun", "fieldValidation"].map { name -> JSONValue in
                ["name": .string(name), "in": "query", "schema": ["type": "string"]]
            }
            paths[path] = [
                "patch": [
                    "parameters": .array(parameters),
                    "responses": ["200": ["description": "OK"]],
                    "x-kubernetes-group-version-kind": [
                        "group": .string(group), "version": .string(kind.version), "kind": .string(kind.kind),
                    ],
                ]
            ]
        }
        return [
            "openapi": "3.0.0",
            "info": ["title": "local-cluster", "version": .string(ServerVersion.git)],
            "paths": .object(paths),
        ]
    }
}
