internal import FoundationEssentials
internal import Glibc

/// The directory in which a generator may leave previews.
struct PreviewFolder {
    /// One version of a picture: a rewritten file counts as another.
    struct Picture: Equatable {
        let path: String
        let contentType: String
        let size: Int
        /// Nanoseconds since 1970.
        let time: Int64
    }

    /// The largest picture, in bytes.
    private static let largest = 4 << 20
    /// A picture modified within this time may be incomplete, in nanoseconds.
    private static let rest: Int64 = 300_000_000
    private static let contentTypes = [
        ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ]

    let path: String

    /// The latest complete picture; nil when there is none.
    func newest() -> Picture? {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        guard let now = Self.nanoseconds(time) else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.path)) ?? []
        let pictures = names.compactMap(self.picture).filter { $0.time <= now - Self.rest }
        return pictures.max { ($0.time, $0.path) < ($1.time, $1.path) }
    }

    private func picture(_ name: String) -> Picture? {
        guard let type = Self.contentTypes.first(where: { name.lowercased().hasSuffix($0.key) })?.value else {
            return nil
        }
        let path = "\(self.path)/\(name)"
        var status = stat()
        // A symbolic link could lead anywhere.
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            (1...Self.largest).contains(Int(status.st_size)), let time = Self.nanoseconds(status.st_mtim)
        else { return nil }
        return Picture(path: path, contentType: type, size: Int(status.st_size), time: time)
    }

    /// Nil for a time that has no 64 bits of nanoseconds, such as the year 2300: a generator may give its files any.
    private static func nanoseconds(_ time: timespec) -> Int64? {
        let (seconds, isBeyond) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isJustBeyond) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
        return isBeyond || isJustBeyond ? nil : sum
    }
}
