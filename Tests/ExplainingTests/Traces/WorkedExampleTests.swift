import Engine
import Networks
import Testing
import Training

@testable import Explaining

@Suite struct WorkedExampleTests {
  @Test func threeInputsTwoNeurons() throws {
    let trace = try WorkedExamples.threeInputsTwoNeurons().trace(
      inputs: [1, 0.5, 0.2], targets: [0, 1])
    print(trace.text)
    print(try WorkedExamples.oneNeuron().trace(inputs: [2], targets: [1.5]).text)
    print(try WorkedExamples.dogOrCat().trace(inputs: WorkedExamples.pixels, targets: [0]).text)
    print(try WorkedExamples.dogOrCat(loss: .halfSumOfSquares, optimizer: .adam()).trace(inputs: WorkedExamples.pixels, targets: [1, 0]).text)
  }
}
