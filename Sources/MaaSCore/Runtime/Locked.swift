internal import CUV  // Its header brings in pthread.h, so the types count as its members.
internal import Glibc

/// A value guarded by a pthread mutex.
///
/// Not `Synchronization.Mutex`, because the thread sanitizer does not understand its futex on Linux and reports every
/// use as a race.
package final class Locked<Value>: @unchecked Sendable {  // The mutex guards every access to `value`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        self.mutex = .allocate(capacity: 1)
        self.mutex.initialize(to: pthread_mutex_t())
        self.value = value
        pthread_mutex_init(self.mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        self.mutex.deallocate()
    }

    package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return try body(&self.value)
    }
}
