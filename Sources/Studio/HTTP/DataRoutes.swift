import Charts
import Datasets
import Engine
import HTTPTypes
import Hummingbird
import Networks
import Serving
import Training

extension StudioState {
  /// What looks at data.
  var dataRoutes: [Route] {
    let json = RouteContent(gives: "application/json")
    return [
      Route(
        method: .get, path: "/api/data", summary: "The data that lie here", content: json
      ) { _, _ in
        var finder = DataFinder()
        finder.look(in: ".")
        // A folder that was named may lie elsewhere.
        if folder != ".", folder.hasPrefix("/") || folder.hasPrefix("..") {
          finder.look(in: folder)
        }
        return try Response(json: FoundData(data: finder.found, notes: finder.notes))
      },
      Route(
        method: .post, path: "/api/data/look", summary: "What data hold", content: json
      ) { request, _ in
        try Response(
          json: DataLook(await read(RunConfiguration.self, from: request), readers))
      },
      Route(
        method: .post, path: "/api/data/sheet",
        summary: "Pictures as the network sees them, with variants", content: json
      ) { request, _ in
        let configuration = try await read(RunConfiguration.self, from: request)
        let data = try PreparedData(
          configuration, registry: readers.registry, decoders: readers.decoders)
        let isVaried = data.train.augmentation != nil
        let variants = isVaried ? ContactSheet.usualVariants : 0
        let sheet = try ContactSheet(
          data, images: ContactSheet.usualImages(isVaried: isVaried), variants: variants,
          seed: configuration.data.seed)
        return try Response(
          json: DrawnSheet(image: sheet.image.dataAddress, rows: sheet.rows, variants: variants))
      },
    ]
  }
}

private struct FoundData: Encodable {
  let data: [DataFinder.Found]
  let notes: [String]
}

private struct DrawnSheet: Encodable {
  /// A PNG picture.
  let image: String
  /// The class of each row.
  let rows: [String]
  /// How many follow each picture.
  let variants: Int
}
