import TestSupport

/// Small data that the tests make or find in the repository.
enum ExampleData {
  /// Prices that follow a formula: 1000 · area + 20,000 if red, areas from 10 to 209.
  static var houses: String {
    let colours = ["red", "green", "blue"]
    return "area,colour,price\n"
      + (0..<300).map { row in
        let area = 10 + row * 37 % 200
        let colour = colours[row % 3]
        return "\(area),\(colour),\(1000 * area + (colour == "red" ? 20_000 : 0))\n"
      }.joined()
  }

  /// The data that come with the examples.
  static let folder = repositoryPath("Examples/Data")

  /// Hours of study and of sleep of 15 students, and whether the exam was passed.
  static let students = try! repositoryText("Examples/Data/students.csv")

  /// 1,797 handwritten digits of 8 × 8 pixels.
  static let digits = "\(folder)/digits.csv"

  /// Images of 4 × 4 with a bright upper or lower half, as IDX files.
  static func idx(count: Int) -> (images: [UInt8], labels: [UInt8]) {
    func header(_ extents: [Int]) -> [UInt8] {
      [0, 0, 8, UInt8(extents.count)]
        + extents.flatMap {
          [UInt8($0 >> 24), UInt8($0 >> 16 & 255), UInt8($0 >> 8 & 255), UInt8($0 & 255)]
        }
    }
    var images = header([count, 4, 4])
    var labels = header([count])
    for image in 0..<count {
      let isLower = image % 3 == 0
      for pixel in 0..<16 {
        let isBright = (pixel >= 8) == isLower
        images.append((isBright ? 180 : 20) + UInt8((image * 7 + pixel * 13) % 50))
      }
      labels.append(isLower ? 7 : 3)
    }
    return (images, labels)
  }
}
