import Engine
import Networks
import Studio
import Training

/// Prints how fast a playground learns and is shown: `swift run -c release PlaygroundSpeed`.
@main struct Program {
  static func main() throws {
    var settings = PlaygroundSettings(data: .plane(.spirals, noise: 0.1, count: 300))
    settings.run.network.hidden = [8, 8]
    settings.run.training.batch = 10
    settings.run.training.learningRate = 0.01
    let playground = try Playground(settings)
    let wishes = FrameWishes()
    _ = try playground.frame(wishes)
    try playground.advance(steps: 2000)

    let clock = ContinuousClock()
    let steps = 200_000
    let learning = try clock.measure { try playground.advance(steps: steps) }
    print("steps a second: \(Int(Double(steps) / learning.seconds))")
    let frames = 200
    let drawing = try clock.measure {
      for _ in 0..<frames { _ = try playground.frame(wishes) }
    }
    print("milliseconds a frame: \(1000 * drawing.seconds / Double(frames))")
    var text = 0
    let writing = try clock.measure {
      for _ in 0..<frames { text = try JSONText.bytes(of: playground.frame(wishes)).count }
    }
    print(
      "milliseconds a frame with its JSON: \(1000 * writing.seconds / Double(frames)), \(text) bytes"
    )

    // As a page asks for it: sixty frames a second, learning in between.
    let start = playground.step
    let began = clock.now
    for frame in 1...120 {
      _ = try JSONText.bytes(of: playground.frame(wishes))
      try playground.advance(
        steps: .max, until: began + .milliseconds(frame * 1000 / 60))
    }
    let both = Double(playground.step - start) / (clock.now - began).seconds
    print("steps a second between 60 frames a second: \(Int(both))")
    let back = try clock.measure {
      for _ in 0..<100 { try playground.go(to: playground.step - 1) }
    }
    print("milliseconds a step back: \(10 * back.seconds)")
    let far = try clock.measure { try playground.go(to: playground.furthest / 2 - 1) }
    print("milliseconds back to the middle of \(playground.furthest) steps: \(1000 * far.seconds)")
    let rate = try clock.measure {
      for value in 1...20 {
        try playground.edit(
          .setting(name: "learning_rate", value: LocatedValue(.number(Double(value) / 1000))))
        try playground.advance(steps: 1)
        _ = try playground.frame(wishes)
      }
    }
    print("milliseconds a change of the learning rate: \(1000 * rate.seconds / 20)")
    let penalty = try clock.measure {
      for value in 1...20 {
        try playground.edit(
          .setting(name: "l2", value: LocatedValue(.number(Double(value) / 1000))))
        try playground.advance(steps: 1)
        _ = try playground.frame(wishes)
      }
    }
    print("milliseconds a change of a penalty: \(1000 * penalty.seconds / 20)")
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
