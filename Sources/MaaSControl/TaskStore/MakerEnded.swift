/// The key with which another one was to be made has ended meanwhile.
package struct MakerEnded: Error {}
