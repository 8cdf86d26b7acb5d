internal import Glibc

/// How many files and connections this process may have open at once: getrlimit(2), `RLIMIT_NOFILE`.
package enum DescriptorLimit {
    /// The soft limit, which counts; the hard one is how far a process may raise it.
    package static var current: (soft: UInt64, hard: UInt64) {
        var limit = rlimit()
        // It cannot fail for this process and a resource that exists.
        getrlimit(Self.resource, &limit)
        return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
    }

    /// Raises the soft limit to `wanted`, or to the hard limit if that is lower; never lowers it.
    ///
    /// systemd's default for it is 1,024, for the sake of programs that use select(2), and containers have that as well
    /// since containerd 2.
    package static func raise(to wanted: UInt64) {
        let limit = Self.current
        var raised = rlimit()
        raised.rlim_cur = rlim_t(max(limit.soft, min(wanted, limit.hard)))
        raised.rlim_max = rlim_t(limit.hard)
        setrlimit(Self.resource, &raised)
    }

    /// Glibc declares the constant and the parameter as different types.
    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
}
