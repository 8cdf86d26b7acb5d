internal import MaaSCore

/// One step from one schema version to the next. Never edit a released one; add a new one.
struct Migration: Sendable, Hashable {
    let version: Int
    let name: String
    let sql: String

    init(_ version: Int, _ name: String, _ sql: [UInt8]) {
        self.version = version
        self.name = name
        self.sql = String(decoding: sql, as: UTF8.self)
    }

    /// SHA-256 of the SQL, which detects edits.
    var checksum: String { Hexadecimal.encode(SHA256.digest(of: self.sql)) }

    /// All of `Migrations/`, in order; 6, 11 and 13 were never released. They are embedded in the executable, so that
    /// it can be installed anywhere.
    static let all = [
        Migration(1, "tasks", PackageResources._001_tasks_sql),
        Migration(2, "scheduling", PackageResources._002_scheduling_sql),
        Migration(3, "submissions", PackageResources._003_submissions_sql),
        Migration(4, "faces", PackageResources._004_faces_sql),
        Migration(5, "native", PackageResources._005_native_sql),
        Migration(7, "access", PackageResources._007_access_sql),
        Migration(8, "audit", PackageResources._008_audit_sql),
        Migration(9, "webhooks", PackageResources._009_webhooks_sql),
        Migration(10, "retention", PackageResources._010_retention_sql),
        Migration(12, "fair_share", PackageResources._012_fair_share_sql),
        Migration(14, "traces", PackageResources._014_traces_sql),
        Migration(15, "removals", PackageResources._015_removals_sql),
        Migration(16, "stops", PackageResources._016_stops_sql),
        Migration(17, "uploads", PackageResources._017_uploads_sql),
        Migration(18, "active", PackageResources._018_active_sql),
        Migration(19, "revoked", PackageResources._019_revoked_sql),
        Migration(20, "deliveries", PackageResources._020_deliveries_sql),
        Migration(21, "delivery_users", PackageResources._021_delivery_users_sql),
        Migration(22, "expiry", PackageResources._022_expiry_sql),
        Migration(23, "ends", PackageResources._023_ends_sql),
        Migration(24, "limits", PackageResources._024_limits_sql),
    ]
}
