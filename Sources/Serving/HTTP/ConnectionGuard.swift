import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Watches one connection: ends it when headers or a body come too slowly, and answers what is no HTTP.
///
/// It stands behind the decoder; ``ByteWatch`` in front of it tells when a request begins.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum Phase {
    /// Between two requests.
    case idle
    case headers
    case body
    /// The request is read, its answer is to come.
    case answer
  }

  private let limits: ServingLimits
  private var phase = Phase.idle
  private var timer: Scheduled<Void>?
  /// Whether a part of an answer was written since the last request's head.
  private var hasAnswered = false
  private var context: ChannelHandlerContext?

  init(_ limits: ServingLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    try? context.pipeline.syncOperations.addHandler(ByteWatch(self), position: .first)
    if context.channel.isActive { begin(.headers, context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(.headers, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  /// Bytes have come.
  fileprivate func bytesCame() {
    if case .idle = phase, let context { begin(.headers, context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    self.context = context
    switch unwrapInboundIn(data) {
    case .head:
      hasAnswered = false
      begin(.body, context)
    case .end: begin(.answer, context)
    case .body: break
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    hasAnswered = true
    if case .end = unwrapOutboundIn(data), case .answer = phase { begin(.idle, context) }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError || error is HTTP1TypeConversionError else {
      return context.fireErrorCaught(error)
    }
    let isTooLong = (error as? HTTPParserError) == .headerOverflow
    refuse(isTooLong ? .headersTooLong(limit: limits.headerBytes) : .malformedRequest, context)
  }

  private func begin(_ next: Phase, _ context: ChannelHandlerContext) {
    self.context = context
    phase = next
    timer?.cancel()
    timer = nil
    let (part, seconds): (String, Double)
    switch next {
    case .headers: (part, seconds) = ("headers of the request", limits.headerSeconds)
    case .body: (part, seconds) = ("body of the request", limits.bodySeconds)
    case .idle, .answer: return
    }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
      let (guardian, context) = bound.value
      guardian.refuse(.tooSlow(part: part, seconds: seconds), context)
    }
  }

  /// Answers, if no answer has begun, and ends the connection.
  private func refuse(_ problem: ServingProblem, _ context: ChannelHandlerContext) {
    timer?.cancel()
    guard !hasAnswered else { return context.close(promise: nil) }
    hasAnswered = true
    let response = ProblemResponse(problem, id: nil)
    var fields = response.fields
    fields[.connection] = "close"
    let head = HTTPResponse(status: response.status, headerFields: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: response.body))), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}

/// Stands before the decoder and tells the guard that bytes have come.
private final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let guardian: ConnectionGuard

  init(_ guardian: ConnectionGuard) { self.guardian = guardian }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guardian.bytesCame()
    context.fireChannelRead(data)
  }
}
