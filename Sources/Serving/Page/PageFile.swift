import CPage

/// A file of the page at `/`, where people try the model by hand.
enum PageFile: CaseIterable {
  case html, style, script

  var path: String {
    switch self {
    case .html: "/"
    case .style: "/page.css"
    case .script: "/page.js"
    }
  }

  var summary: String {
    switch self {
    case .html: "A page to try the model"
    case .style: "Its style"
    case .script: "What moves it"
    }
  }

  var contentType: String {
    switch self {
    case .html: "text/html; charset=utf-8"
    case .style: "text/css; charset=utf-8"
    case .script: "text/javascript; charset=utf-8"
    }
  }

  var content: [UInt8] {
    let file =
      switch self {
      case .html: gb_page_html()
      case .style: gb_page_style()
      case .script: gb_page_script()
      }
    return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }
}
