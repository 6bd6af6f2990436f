import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Serving

@Suite struct ConnectionGuardTests {
  /// Stands behind the guard and counts what gets through.
  private final class Recorder: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart

    var events: [String] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head: events.append("head")
      case .body: events.append("body")
      case .end: events.append("end")
      }
    }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is ChannelShouldQuiesceEvent { events.append("quiesce") }
    }
  }

  private let recorder = Recorder()
  private let channel: EmbeddedChannel
  private let head = HTTPRequestPart.head(
    HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/"))

  init() throws {
    var limits = ServingLimits()
    (limits.headerSeconds, limits.bodySeconds) = (10, 30)
    channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandlers([ConnectionGuard(limits), recorder])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).wait()
  }

  private func end() { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }

  @Test func aServerThatEndsTakesWhatIsOnItsWay() throws {
    end()
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(150))
    #expect(recorder.events.isEmpty)
    try channel.writeInbound(head)
    #expect(recorder.events == ["head", "quiesce"])
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(recorder.events == ["head", "quiesce"])
  }

  @Test func aSilentConnectionEndsSoon() {
    end()
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(950))
    #expect(recorder.events == [])
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(100))
    #expect(recorder.events == ["quiesce"])
  }

  /// Who has been answered before knows that the connection may end.
  @Test func anIdleConnectionEndsSooner() throws {
    try channel.writeInbound(head)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    recorder.events = []
    end()
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(250))
    #expect(recorder.events == ["quiesce"])
  }

  @Test func aRequestThatIsReadHearsAtOnce() throws {
    try channel.writeInbound(head)
    end()
    #expect(recorder.events == ["head", "quiesce"])
  }

  /// One timer serves all parts of all requests.
  @Test func everyPartHasItsTime() throws {
    for _ in 0..<5 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(9))
      try channel.writeInbound(head)
      channel.embeddedEventLoop.advanceTime(by: .seconds(29))
      try channel.writeInbound(HTTPRequestPart.end(nil))
      channel.embeddedEventLoop.advanceTime(by: .seconds(100))
      try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
      try channel.writeOutbound(HTTPResponsePart.end(nil))
      #expect(channel.isActive)
    }
    try channel.writeInbound(head)
    channel.embeddedEventLoop.advanceTime(by: .seconds(31))
    #expect(!channel.isActive)
  }
}
