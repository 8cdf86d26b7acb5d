/// An error at start that no restart mends: the process ends with ``ExitCode/configuration``, and whoever
/// supervises it does not start it again.
package protocol PermanentFault: Error {}
