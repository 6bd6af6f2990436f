import Datasets
import Engine
import Networks
import Platform

extension RunConfiguration {
  /// How a folder of images is read.
  var imageOptions: ImageOptions {
    var options = ImageOptions()
    options.size = data.imageSize.map { ($0.height, $0.width) }
    options.channels = data.channels
    options.resampling = data.resampling
    options.fit = data.imageFit
    options.skipsBad = data.skipBad
    options.pixelLimit = data.imageLimit * 1_000_000
    options.memoryLimit = Self.bytes(data.cacheMemory)
    options.diskLimit = Self.bytes(data.cacheDisk)
    options.threads = training.threads ?? Machine.processors
    return options
  }

  private static func bytes(_ mebibytes: Int) -> Int {
    let (bytes, overflow) = mebibytes.multipliedReportingOverflow(by: 1 << 20)
    return overflow ? .max : bytes
  }
}
