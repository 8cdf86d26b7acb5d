internal import MaaSCore

ServiceMain(
    name: "local-cluster",
    summary: "a Kubernetes API and training operator for one machine",
    services: { [ClusterService($0)] }
).run()
