import Foundation
import LinePipe
import Platform

/// A PostgreSQL server of the tests, in a folder of its own, on a socket of its own. It ends when the process of the
/// tests does, however that happens.
package final class PostgresServer: Sendable {
  /// Where its socket is, and its data.
  package let folder: String
  private let input: Int32
  private let output: Int32

  /// One for all tests; nil where no server is installed.
  package static let shared: PostgresServer? = try? PostgresServer()

  private struct Missing: Error {}

  /// Starts a server, which takes a few seconds.
  package init() throws {
    let programs = ["/usr/lib/postgresql", "/opt/homebrew/opt/postgresql/bin", "/usr/bin"]
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: programs[0])) ?? []
    let folders = versions.sorted().reversed().map { "\(programs[0])/\($0)/bin" } + programs
    guard
      let bin = folders.first(where: {
        FileManager.default.isExecutableFile(atPath: "\($0)/initdb")
      })
    else { throw Missing() }
    var (toServer, fromServer): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard line_pipe(&toServer, 0) == 0, line_pipe(&fromServer, 0) == 0 else { throw Missing() }
    (input, output) = (toServer[1], fromServer[0])
    let process = Process()
    // A server refuses to run as root.
    let command = ["/bin/sh", "-c", Self.script, "sh", bin]
    let all = getuid() == 0 ? ["/sbin/runuser", "-u", Self.user, "--"] + command : command
    process.executableURL = URL(filePath: all[0])
    process.arguments = Array(all.dropFirst())
    process.currentDirectoryURL = URL(filePath: "/")
    process.standardInput = FileHandle(fileDescriptor: toServer[0])
    process.standardOutput = FileHandle(fileDescriptor: fromServer[1])
    process.standardError = FileHandle.nullDevice
    var (none, mask) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    try process.run()
    close(toServer[0])
    close(fromServer[1])
    guard let folder = Self.line(from: output) else { throw Missing() }
    self.folder = folder
  }

  deinit {
    close(input)
    close(output)
  }

  private static var user: String { getpwnam("postgres") != nil ? "postgres" : "nobody" }

  /// Says where the server is when it is ready; then does what lines ask until there are no more.
  private static let script = """
    set -e
    bin=$1
    folder=$(mktemp -d /tmp/glassbox-postgres-XXXXXX)
    trap 'rm -rf "$folder"' EXIT
    "$bin/initdb" -D "$folder/data" -U glassbox -A trust -E UTF8 --no-locale --no-sync >"$folder/begin.log" 2>&1
    printf 'local all locked scram-sha-256\\nlocal all all trust\\n' >"$folder/data/pg_hba.conf"
    start() {
      "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=200 -c fsync=off \\
        >>"$folder/server.log" 2>&1 </dev/null &
      server=$!
      until "$bin/psql" -qAt -h "$folder" -U glassbox postgres -c 'SELECT 1' >"$folder/ready.log" 2>&1; do
        kill -0 $server
        sleep 0.1
      done
    }
    start
    "$bin/psql" -q -h "$folder" -U glassbox postgres >"$folder/roles.log" 2>&1 \\
      -c "CREATE ROLE locked LOGIN PASSWORD 'p@s/s'" -c 'CREATE ROLE guest LOGIN'
    echo "$folder"
    while read -r line; do
      case $line in
        restart) kill -INT $server; wait $server || :; start; echo done;;
        stop) kill -INT $server; wait $server || :; echo done;;
        start) start; echo done;;
      esac
    done
    kill -INT $server 2>/dev/null || :
    wait
    """

  private static func line(from descriptor: Int32) -> String? {
    var bytes: [UInt8] = []
    while true {
      var byte: [UInt8] = [0]
      let count = byte.withUnsafeMutableBytes { SystemCall.read(descriptor, into: $0) }
      guard count == 1 else { return nil }
      guard byte[0] != UInt8(ascii: "\n") else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte[0])
    }
  }

  /// Asks for `restart`, `stop` or `start`, and waits until that is done.
  package func ask(_ what: String) {
    _ = Array("\(what)\n".utf8).withUnsafeBytes { SystemCall.write(input, $0) }
    _ = Self.line(from: output)
  }

  /// The address of a store.
  package func address(
    _ name: String, user: String = "glassbox", database: String = "postgres"
  ) -> String {
    "postgres://\(user)@/\(database)/\(name)?host=\(folder)"
  }
}
