import NIOCore
import Platform

/// The connections that the system has taken for the server, and the server has not accepted yet. Closing the
/// socket that listens resets them, though whoever connected believes to be heard.
struct ListeningQueue: Sendable {
  let channel: any Channel

  /// Lets in nobody new, and waits until those that are in are accepted.
  ///
  /// Who connects from now on gets no answer; when the socket is closed, a little later, it is refused, and
  /// has sent nothing by then. Where the system offers no way to do so, nothing is done.
  func drain() async {
    #if os(Linux)
      guard let socket = channel as? any SocketOptionProvider else { return }
      let instructions = Self.withoutNewConnections
      let memory = UnsafeMutablePointer<Instruction>.allocate(capacity: instructions.count)
      defer { memory.deallocate() }
      memory.initialize(from: instructions, count: instructions.count)
      let filter = Filter(count: UInt16(instructions.count), instructions: UInt(bitPattern: memory))
      guard
        (try? await socket.unsafeSetSocketOption(
          level: .socket, name: Self.attachFilter, value: filter
        ).get()) != nil
      else { return }
      // Twice, so that what was on its way arrives.
      let end = ContinuousClock.now + Self.longest
      var empty = 0
      while empty < 2, ContinuousClock.now < end {
        try? await Task.sleep(for: .milliseconds(10))
        guard let waiting = try? await Self.waiting(socket) else { return }
        empty = waiting == 0 ? empty + 1 : 0
      }
    #endif
  }

  /// Far more than accepting takes; a server with all connections that it may have accepts none.
  private static let longest = Duration.seconds(1)

  #if os(Linux)
    /// An instruction of the filters that a socket can have, as `linux/filter.h` lays it out.
    private struct Instruction {
      var code: UInt16
      var ifTrue: UInt8 = 0
      var ifFalse: UInt8 = 0
      var number: UInt32
    }

    /// `struct sock_fprog`.
    private struct Filter: Sendable {
      var count: UInt16
      var instructions: UInt
    }

    /// Drops what opens a connection, and lets through all that belongs to one.
    private static let withoutNewConnections = [
      // The flags of a TCP header; SYN is the second bit.
      Instruction(code: 0x30, number: 13),
      Instruction(code: 0x45, ifTrue: 0, ifFalse: 1, number: 0x02),
      Instruction(code: 0x06, number: 0),
      Instruction(code: 0x06, number: .max),
    ]
    private static let attachFilter = NIOBSDSocket.Option(rawValue: 26)

    /// How many the system holds ready: of a socket that listens it is what `struct tcp_info` has, 24 bytes
    /// from its beginning.
    private static func waiting(_ socket: any SocketOptionProvider) async throws -> Int {
      let start: SIMD8<UInt32> = try await socket.unsafeGetSocketOption(
        level: .tcp, name: NIOBSDSocket.Option(rawValue: 11)
      ).get()
      return Int(start[6])
    }
  #endif
}
