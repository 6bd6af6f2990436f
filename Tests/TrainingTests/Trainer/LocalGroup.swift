import Foundation
import Synchronization
import Testing
import Training

/// Several processes of a training as threads of this one.
final class LocalGroup: ProcessGroup {
  let rank: Int
  let count: Int
  /// The networks of tests are small, and shall be sent in parts too.
  let numbersOfPart = 60
  private let post: Post

  private init(rank: Int, count: Int, post: Post) {
    (self.rank, self.count, self.post) = (rank, count, post)
  }

  /// Messages that wait for their receivers, by sender and receiver.
  private final class Post: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [[Int]: [[UInt8]]] = [:]

    func send(_ bytes: [UInt8], from: Int, to: Int) {
      condition.withLock {
        waiting[[from, to], default: []].append(bytes)
        condition.broadcast()
      }
    }

    func receive(from: Int, to: Int) -> [UInt8] {
      condition.withLock {
        while waiting[[from, to], default: []].isEmpty { condition.wait() }
        return waiting[[from, to]]!.removeFirst()
      }
    }
  }

  func exchange(_ messages: [ProcessMessage]) throws {
    for message in messages where message.direction == .send {
      post.send(Array(message.bytes), from: rank, to: message.peer)
    }
    for message in messages where message.direction == .receive {
      let bytes = post.receive(from: message.peer, to: rank)
      #expect(bytes.count == message.bytes.count)
      message.bytes.copyBytes(from: bytes)
    }
  }

  /// What each of the processes returns.
  static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (LocalGroup) throws -> Result
  ) throws -> [Result] {
    let post = Post()
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let threads = (0..<count).map { rank in
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        let result = Swift.Result { try body(LocalGroup(rank: rank, count: count, post: post)) }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
      return done
    }
    for done in threads { done.wait() }
    return try results.withLock { found in try (0..<count).map { try found[$0]!.get() } }
  }
}
