import Datasets
import Engine
import HTTPTypes
package import Hummingbird
import NIOCore
package import Training

extension Routes {
  /// What `/predict` reads.
  enum ContentType: String, CaseIterable {
    case json = "application/json"
    case png = "image/png"
    case jpeg = "image/jpeg"
    case form = "multipart/form-data"
  }

  /// Answers for the rows or images of a request.
  func predict(_ request: Request, _ context: ServingContext) async throws -> Response {
    let instances = try await instances(of: request)
    let model = slot.model
    let logged = log.map { LoggedInputs.Box($0.settings.inputs) }
    let answer = try await queue.answer(
      instances.count, by: model,
      deadline: context.arrived + .seconds(settings.limits.totalSeconds),
      isOrdinary: model.trained.isOrdinary(instances),
      isWanted: { [channel = context.channel] in channel.isActive }
    ) { [limits = settings.limits] trained in
      let inputs = try trained.prepared(instances, limits)
      logged?.keep(instances, inputs, of: trained)
      return inputs
    }
    metrics.answered(answer)
    if let log, let logged {
      log.add(
        LogRecord(
          id: context.requestID, model: model, inputs: logged.inputs,
          predictions: answer.predictions, queued: answer.queued.milliseconds,
          computed: answer.computed.milliseconds))
    }
    var response = try Response(
      json: PredictionAnswer(
        id: context.requestID, model: model.identity, predictions: answer.predictions,
        timings: .init(
          queue: answer.queued.milliseconds, compute: answer.computed.milliseconds)))
    response.headers[.serverTiming] =
      "queue;dur=\(answer.queued.milliseconds), compute;dur=\(answer.computed.milliseconds)"
    return response
  }

  func instances(of request: Request) async throws -> Instances {
    let given = request.headers[.contentType]
    let name = given?.prefix { $0 != ";" }.trimmingSuffix(while: \.isWhitespace).lowercased()
    guard let given, let type = name.flatMap(ContentType.init) else {
      throw ServingProblem.unknownContent(
        given: given, accepted: ContentType.allCases.map(\.rawValue))
    }
    let body = try await request.bytes(upTo: settings.limits.bodyBytes)
    switch type {
    case .json:
      if body.count <= Self.longBody { return try Instances(json: body, limits: settings.limits) }
      // Reading it would keep the other connections of this thread waiting.
      return try await withTaskExecutorPreference(globalConcurrentExecutor) {
        try Instances(json: body, limits: settings.limits)
      }
    case .png, .jpeg: return .images([("image", body)])
    case .form: return try Instances(form: body, contentType: given, limits: settings.limits)
    }
  }

  /// Of JSON, in bytes, which is read in about a millisecond.
  private static let longBody = 1 << 17
}

extension Request {
  /// Its body.
  /// - Throws: ``ServingProblem/bodyTooLong(limit:)``, before the body is read if its length is said.
  package func bytes(upTo limit: Int) async throws -> [UInt8] {
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw ServingProblem.bodyTooLong(limit: limit)
    }
    var bytes: [UInt8] = []
    for try await part in body {
      guard bytes.count + part.readableBytes <= limit else {
        throw ServingProblem.bodyTooLong(limit: limit)
      }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isCut(last) { text.removeLast() }
    return text
  }
}

extension TrainedModel {
  /// The inputs for the rows or images of a request.
  func prepared(_ instances: Instances, _ limits: ServingLimits) throws -> PreparedInputs {
    switch instances {
    case .rows(let rows):
      try prepared(rows, strict: false) { row, place, unseen in
        switch row {
        case .named(let cells): try preprocessing.encode(row: cells, at: place, unseen: &unseen)
        case .list(let cells): try preprocessing.encode(list: cells, at: place, unseen: &unseen)
        }
      }
    case .images(let images): try prepared(images: images, limits)
    }
  }

  /// Whether preparing it takes about as long as for any other request.
  func isOrdinary(_ instances: Instances) -> Bool {
    guard case .images(let images) = instances else { return true }
    guard let decoder = try? decoders.imageDecoder(for: images[0].name) else { return false }
    return images.allSatisfy { name, bytes in
      (try? decoder.header(bytes, name)).map { $0.width * $0.height <= Self.fewPixels } ?? false
    }
  }

  /// So many are decoded in less than a millisecond.
  private static let fewPixels = 256 * 256

  /// The inputs for the contents of image files that somebody sent.
  package func prepared(
    images: [(name: String, bytes: [UInt8])], _ limits: ServingLimits
  ) throws -> PreparedInputs {
    var decoder = try decoders.imageDecoder(for: images[0].name)
    decoder.pixelLimit = limits.imagePixels
    var inputs = PreparedInputs()
    for (name, bytes) in images {
      let header = try decoder.header(bytes, name)
      guard max(header.width, header.height) <= limits.imageSide else {
        throw Problem.data(
          name, expected: "sides of at most \(limits.imageSide) pixels",
          found: "\(header.width) × \(header.height)", fix: "scale it down")
      }
      let note = try preprocessing.noteOnImagesAlone(strict: false, at: name)
      inputs.add(
        try self.inputs(of: bytes, name, decodedBy: decoder)[0], notes: note.map { [$0] } ?? [])
    }
    return inputs
  }
}
