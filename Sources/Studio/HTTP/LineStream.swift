import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Serving

/// An answer that goes on: a line of JSON for each thing that happens, an empty one to be heard of.
struct LineStream {
  static let contentType = "application/x-ndjson"

  private var writer: any ResponseBodyWriter
  /// The last state that was written.
  private var last: [UInt8]?

  private init(_ writer: any ResponseBodyWriter) { self.writer = writer }

  /// - Parameter body: writes lines until it returns, the reader has gone or the server ends. It runs beside
  ///   the threads that read requests.
  static func response(
    _ body: @escaping @Sendable (inout LineStream) async throws -> Void
  ) -> Response {
    Response(
      status: .ok, headers: [.contentType: contentType],
      body: ResponseBody { writer in
        nonisolated(unsafe) var lines = LineStream(writer)
        await withTaskExecutorPreference(globalConcurrentExecutor) {
          // That the reader has gone, or the server ends, is no fault.
          try? await cancelWhenGracefulShutdown { try await body(&lines) }
        }
        try await lines.writer.finish(nil)
      })
  }

  /// Writes how something stands that is looked at again and again. One that is as before is an empty line,
  /// which keeps the connection.
  mutating func write(state json: [UInt8]) async throws {
    try await write(json == last ? [] : json)
    last = json
  }

  mutating func write(_ json: [UInt8]) async throws {
    try await writer.write(ByteBuffer(bytes: json + [0x0A]))
  }
}
