import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Watches one connection: ends it when headers or a body come too slowly, answers what is no HTTP, and, when
/// the server ends, still takes a request that is on its way.
///
/// It stands behind the decoder; ``ByteWatch`` in front of it tells when a request begins, ``HeadWatch`` shows
/// it the headers as they were sent.
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
  /// Whether no request has come yet.
  private var isNew = true
  /// Whether the connection is being ended, so that what still comes is passed over.
  private var isRefused = false
  private var context: ChannelHandlerContext?

  /// For what was sent before the client could know that the server ends.
  private static let notice = 0.2
  /// The same for a client that has just connected: it is about to send.
  private static let noticeOfNew = 1.0

  init(_ limits: ServingLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let pipeline = context.pipeline.syncOperations
    try? pipeline.addHandler(ByteWatch(self), position: .first)
    if let conversion = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) {
      try? pipeline.addHandler(HeadWatch(self), position: .before(conversion))
    }
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
    if isRefused { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      (hasAnswered, isNew) = (false, false)
      begin(.body, context)
      if asksToGoOn(head) { goOn(context) }
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
      expect(within: isNew ? Self.noticeOfNew : Self.notice, context)
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

  /// The line and the headers of a request, as they were sent.
  /// - Returns: whether the request is taken.
  fileprivate func takes(_ head: HTTPRequestHead) -> Bool {
    guard let context, !isRefused else { return false }
    let line = "\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n".utf8.count
    let length = head.headers.reduce(line + 2) { sum, field in
      sum + field.name.utf8.count + field.value.utf8.count + ": \r\n".utf8.count
    }
    if length > limits.headerBytes {
      refuse(.headersTooLong(limit: limits.headerBytes), context)
    } else if !Self.namesOneHost(head) {
      // Whoever stands between could look at one name, and the check of names at another.
      refuse(.malformedRequest, context)
    }
    return !isRefused
  }

  /// A request may name its host in its line too, as requests to a proxy do.
  private static func namesOneHost(_ head: HTTPRequestHead) -> Bool {
    let hosts = head.headers["host"]
    // Nearly every line begins with a path, and a search would cost more than reading it did.
    guard hosts.count <= 1, !head.uri.hasPrefix("/"), let scheme = head.uri.firstRange(of: "://")
    else { return hosts.count <= 1 }
    let named = head.uri[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    return hosts.first?.lowercased() == named.lowercased()
  }

  /// Whether the client waits for a sign before it sends the body.
  private func asksToGoOn(_ head: HTTPRequest) -> Bool {
    head.headerFields[.expect]?.lowercased() == "100-continue"
      && head.headerFields[.contentLength].flatMap { Int($0) } ?? 0 <= limits.bodyBytes
  }

  private func goOn(_ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
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
    isRefused = true
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

/// Stands behind the decoder, where headers are still as they were sent.
private final class HeadWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let guardian: ConnectionGuard
  private var isTaken = true

  init(_ guardian: ConnectionGuard) { self.guardian = guardian }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data) { isTaken = guardian.takes(head) }
    if isTaken { context.fireChannelRead(data) }
  }
}
