/// A startup error that a restart cannot fix: the process exits with ``ExitCode/configuration``, and supervisors do not
/// restart it.
package protocol PermanentFault: Error {}
