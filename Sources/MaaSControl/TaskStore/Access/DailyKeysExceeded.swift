/// Thrown when a user has made the most keys of a day.
package struct DailyKeysExceeded: Error {}
