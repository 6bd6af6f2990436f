/// Where the user's programs keep what can be fetched or made again, as the XDG Base Directory Specification says.
package enum CacheFolder {
  /// That of this program; nil where nobody says what is the home folder.
  package static var usual: String? {
    // What is no absolute path is ignored, as the specification says.
    func folder(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let path = folder("XDG_CACHE_HOME") ?? folder("HOME").map { "\($0)/.cache" }
    return path.map { "\($0)/glassbox" }
  }
}
