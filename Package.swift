// swift-tools-version: 6.2

import PackageDescription

/// Every Swift target is built with the same strict settings.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// A C library: a module map and a shim, nothing else.
func cLibrary(_ name: String, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", providers: [.apt([package])])
}

func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    resources: [Resource]? = nil,
    linker: [LinkerSetting] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: resources,
        swiftSettings: settings,
        linkerSettings: linker
    )
}

func executable(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource]? = nil,
    linker: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        resources: resources,
        swiftSettings: settings,
        linkerSettings: linker
    )
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "MaaSTesting"] + dependencies,
        swiftSettings: settings
    )
}

let package = Package(
    name: "maas",
    products: [
        .executable(name: "api-gateway", targets: ["APIGateway"]),
        .executable(name: "dispatcher", targets: ["Dispatcher"]),
        .executable(name: "progress-relay", targets: ["ProgressRelay"]),
        .executable(name: "reporter", targets: ["Reporter"]),
        .executable(name: "local-cluster", targets: ["LocalCluster"]),
        .executable(name: "maasctl", targets: ["Maasctl"]),
    ],
    targets: [
        cLibrary("CUV", apt: "libuv1-dev"),
        cLibrary("CHiredis", apt: "libhiredis-dev"),
        cLibrary("CLibpq", apt: "libpq-dev"),
        cLibrary("CCurl", apt: "libcurl4-openssl-dev"),
        cLibrary("CWebSockets", apt: "libwebsockets-dev"),
        cLibrary("CJansson", apt: "libjansson-dev"),
        cLibrary("CYAML", apt: "libyaml-dev"),
        cLibrary("CCrypto", apt: "libssl-dev"),

        library("MaaSCore", ["CUV", "CHiredis", "CCurl", "CJansson", "CYAML", "CCrypto"]),
        library("Scheduling"),
        library("Dispatching", ["MaaSCore", "Scheduling"]),
        library("KubernetesClient", ["MaaSCore"]),
        library(
            "MaaSControl",
            ["MaaSCore", "CLibpq", "CWebSockets"],
            resources: [.embedInCode("TaskStore/Schema/Migrations")]
        ),
        // SlowNames replaces a function of the C library, for shared libraries as well.
        library(
            "MaaSTesting",
            ["MaaSCore", "MaaSControl", "KubernetesClient", "CCrypto"],
            linker: [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=getaddrinfo"])]
        ),

        // Every request allocates some hundred small objects: docs/decisions/0009.
        executable(
            "APIGateway",
            ["MaaSCore", "MaaSControl"],
            resources: [.embedInCode("OpenAPI/openapi.yaml")],
            linker: [.linkedLibrary("jemalloc", .when(configuration: .release))]
        ),
        executable("Dispatcher", ["MaaSCore", "MaaSControl", "KubernetesClient", "Scheduling", "Dispatching"]),
        // Ten thousand connections are a million small objects.
        executable(
            "ProgressRelay",
            ["MaaSCore", "MaaSControl"],
            linker: [.linkedLibrary("jemalloc", .when(configuration: .release))]
        ),
        executable("Reporter", ["MaaSCore"]),
        executable("LocalCluster", ["MaaSCore", "MaaSControl"]),
        executable("Maasctl", ["MaaSCore", "MaaSControl", "KubernetesClient"]),
        executable("Simulator", ["MaaSCore", "Scheduling", "Dispatching"]),

        tests(of: "MaaSCore"),
        tests(of: "Scheduling"),
        tests(of: "KubernetesClient", ["MaaSCore"]),
        tests(of: "MaaSControl", ["MaaSCore"]),
        tests(of: "APIGateway", ["MaaSCore", "MaaSControl"]),
        tests(of: "Dispatching", ["MaaSCore", "Scheduling"]),
        tests(of: "Dispatcher", ["MaaSCore", "MaaSControl", "KubernetesClient", "Dispatching", "Scheduling"]),
        tests(of: "ProgressRelay", ["MaaSCore", "MaaSControl"]),
        tests(of: "Reporter", ["MaaSCore"]),
        tests(of: "LocalCluster", ["MaaSCore", "MaaSControl"]),
        tests(of: "Maasctl", ["MaaSCore"]),
        tests(of: "Simulator"),
    ]
)
