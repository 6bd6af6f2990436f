import Engine
import Networks
import Training

/// An event file of TensorBoard: records of TensorFlow, each an `Event` of
/// `tensorflow/core/util/event.proto`.
struct TensorBoardFile {
  /// What TensorBoard knows such a file by is `tfevents`.
  static let name = "events.out.tfevents.glassbox"

  private(set) var bytes: [UInt8] = []

  /// - Parameter milliseconds: since the beginning of 1970.
  init(milliseconds: UInt64) {
    add(
      ProtobufMessage {
        $0.add(1, Double(milliseconds) / 1000)
        $0.add(3, "brain.Event:2")
      })
  }

  mutating func add(_ value: RunValues.Value) {
    let summary = ProtobufMessage {
      $0.add(
        1,
        ProtobufMessage {
          $0.add(1, value.metric)
          $0.add(2, Float(value.value))
        })
    }
    add(summary, step: value.epoch, value.milliseconds)
  }

  /// The settings, for the dashboard of hyperparameters (`tensorboard/plugins/hparams/plugin_data.proto`).
  mutating func add(settings run: RunValues) {
    let start = ProtobufMessage { message in
      for (name, text) in run.settings {
        message.add(
          1,
          ProtobufMessage {
            $0.add(1, name)
            $0.add(2, Self.value(text))
          })
      }
      message.add(4, run.label)
      message.add(5, Double(run.start) / 1000)
    }
    add(plugin: "_hparams_/session_start_info", field: 3, start, run.start)
    let end = ProtobufMessage {
      $0.add(1, run.summary.state == .finished ? 1 : 0)
      $0.add(2, Double(run.summary.milliseconds) / 1000)
    }
    add(plugin: "_hparams_/session_end_info", field: 4, end, run.summary.milliseconds)
  }

  /// A `google.protobuf.Value`.
  private static func value(_ text: String) -> ProtobufMessage {
    ProtobufMessage {
      if let number = Double(text) {
        $0.add(2, number)
      } else if text == "true" || text == "false" {
        $0.add(4, text == "true" ? 1 : 0)
      } else {
        $0.add(3, text)
      }
    }
  }

  private mutating func add(
    plugin tag: String, field: Int, _ content: ProtobufMessage, _ milliseconds: UInt64
  ) {
    let data = ProtobufMessage {
      $0.add(1, 0)
      $0.add(field, content)
    }
    let metadata = ProtobufMessage {
      $0.add(
        1,
        ProtobufMessage {
          $0.add(1, "hparams")
          $0.add(2, data)
        })
    }
    // A value must be there; an empty tensor of floats is the one that TensorBoard itself writes.
    let shape = ProtobufMessage { $0.add(2, ProtobufMessage { $0.add(1, 0) }) }
    let tensor = ProtobufMessage {
      $0.add(1, 1)
      $0.add(2, shape)
    }
    let value = ProtobufMessage {
      $0.add(1, tag)
      $0.add(8, tensor)
      $0.add(9, metadata)
    }
    add(ProtobufMessage { $0.add(1, value) }, step: 0, milliseconds)
  }

  private mutating func add(_ summary: ProtobufMessage, step: Int, _ milliseconds: UInt64) {
    add(
      ProtobufMessage {
        $0.add(1, Double(milliseconds) / 1000)
        $0.add(2, step)
        $0.add(5, summary)
      })
  }

  /// A record: its length, the sum of that, the content, the sum of that.
  private mutating func add(_ event: ProtobufMessage) {
    let length = UInt64(event.bytes.count).littleEndianBytes
    bytes += length + Self.maskedSum(of: length).littleEndianBytes
    bytes += event.bytes + Self.maskedSum(of: event.bytes).littleEndianBytes
  }

  // MARK: Sums

  /// TensorFlow turns and moves the sum, since sums of data that hold their own sums are bad ones.
  private static func maskedSum(of bytes: [UInt8]) -> UInt32 {
    let sum = sum(of: bytes)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C (Castagnoli), as RFC 3720 describes it.
  static func sum(of bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8 }
  }

  private static let table: [UInt32] = (0..<256).map { place in
    (0..<8).reduce(UInt32(place)) { value, _ in
      value & 1 == 1 ? 0x82F6_3B78 ^ value >> 1 : value >> 1
    }
  }
}

extension RunCollection {
  /// Writes event files that TensorBoard opens: for each run a folder of its name with a folder for each part
  /// of the data, so that training and validation stand in one chart.
  ///
  /// - Throws: `Problem` for a run that is not there or is damaged, a file that exists or cannot be written.
  public func exportTensorBoard(
    _ names: [String], to folder: String, force: Bool = false
  ) throws -> RunExport {
    var export = RunExport()
    var files: [(folder: String, file: TensorBoardFile)] = []
    for run in try values(of: names) {
      var whole = TensorBoardFile(milliseconds: run.start)
      whole.add(settings: run)
      files.append(("\(folder)/\(run.label)", whole))
      for (part, values) in Dictionary(grouping: run.values, by: \.part).sorted(by: {
        $0.key < $1.key
      }) {
        var file = TensorBoardFile(milliseconds: run.start)
        for value in values { file.add(value) }
        files.append(("\(folder)/\(run.label)/\(part)", file))
        export.values += values.count
      }
    }
    for (folder, _) in files {
      try AtomicFile.refuseToOverwrite("\(folder)/\(TensorBoardFile.name)", force: force)
    }
    for (folder, file) in files {
      try RunFolder.create(folder)
      let path = "\(folder)/\(TensorBoardFile.name)"
      try AtomicFile.write(file.bytes, to: path)
      export.files.append(path)
    }
    return export
  }
}
