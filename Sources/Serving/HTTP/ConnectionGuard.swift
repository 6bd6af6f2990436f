import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Watches one connection: ends it when headers or a body come too slowly, answers what is no HTTP, and, when
/// the server ends, still takes a request that is on its way.
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
  /// When the part that is awaited has to be there; nil while nothing is awaited.
  private var deadline: NIODeadline?
  private var timer: (time: NIODeadline, task: Scheduled<Void>)?
  /// Whether a part of an answer was written since the last request's head.
  private var hasAnswered = false
  /// Whether the server ends, which is kept from the handlers behind until no request is on its way.
  private var isEnding = false
  private var context: ChannelHandlerContext?

  /// For what was sent before the client could know that the server ends.
  private static let notice = 0.2

  init(_ limits: ServingLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    try? context.pipeline.syncOperations.addHandler(ByteWatch(self), position: .first)
    if context.channel.isActive { begin(.headers, context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.task.cancel()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(.headers, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.task.cancel()
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
      context.fireChannelRead(data)
      if isEnding { end(context) }
      return
    case .end: begin(.answer, context)
    case .body: break
    }
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch phase {
    case .idle where event is ChannelShouldQuiesceEvent,
      .headers where event is ChannelShouldQuiesceEvent:
      isEnding = true
      expect(within: Self.notice, context)
    case .idle, .headers, .body, .answer: context.fireUserInboundEventTriggered(event)
    }
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
    switch next {
    case .headers: expect(within: limits.headerSeconds, context)
    case .body: expect(within: limits.bodySeconds, context)
    case .idle, .answer: deadline = nil
    }
  }

  private func expect(within seconds: Double, _ context: ChannelHandlerContext) {
    let deadline = context.eventLoop.now + .nanoseconds(Int64(seconds * 1e9))
    self.deadline = deadline
    wake(context, at: deadline)
  }

  /// A timer for every part of every request would cost more than reading it, so one that is there already is
  /// left to find the new deadline.
  private func wake(_ context: ChannelHandlerContext, at time: NIODeadline) {
    if let timer {
      if timer.time <= time { return }
      timer.task.cancel()
    }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let task = context.eventLoop.scheduleTask(deadline: time) {
      let (guardian, context) = bound.value
      guardian.timer = nil
      guardian.look(context)
    }
    timer = (time, task)
  }

  private func look(_ context: ChannelHandlerContext) {
    guard let deadline else { return }
    if deadline > context.eventLoop.now { return wake(context, at: deadline) }
    self.deadline = nil
    if isEnding { return end(context) }
    switch phase {
    case .headers:
      refuse(.tooSlow(part: "headers of the request", seconds: limits.headerSeconds), context)
    case .body: refuse(.tooSlow(part: "body of the request", seconds: limits.bodySeconds), context)
    case .idle, .answer: break
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    isEnding = false
    context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }

  /// Answers, if no answer has begun, and ends the connection.
  private func refuse(_ problem: ServingProblem, _ context: ChannelHandlerContext) {
    deadline = nil
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
