/// A self-contained HTML page: its style inside, nothing loaded from anywhere. It can be read without its
/// script, where it has one.
package struct PageShell: Sendable {
  package var title: String
  /// HTML.
  package var content: String
  /// CSS that only this kind of page needs.
  package var style: String
  /// What moves it; nil for a page that stands still.
  package var script: PageScript?

  /// - Parameters:
  ///   - content: HTML of the page's main part; text in it is escaped already.
  ///   - style: CSS besides that of all pages.
  package init(
    title: String, content: String, style: String = "", script: PageScript? = nil
  ) {
    (self.title, self.content, self.style, self.script) = (title, content, style, script)
  }

  /// The page.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'; img-src data:\(script?.policy ?? "")">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title.escaped)</title>
    <style>
    \(Self.css)
    \(FigureStyle.css)
    \(style)</style>
    </head>
    <body>
    <main>
    \(content)</main>
    \(script?.element ?? "")</body>
    </html>

    """
  }

  private static let css =
    """
    :root{--ink:#1b1b1f;--soft:#5a5a63;--line:#dedee3;--paper:#fff;--card:#f6f6f8;--accent:#0067a5;\
    --warm:#c24a00}
    @media (prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a9a9b4;--line:#3a3a42;\
    --paper:#17171b;--card:#202026;--accent:#5fb5f2;--warm:#ff9a57}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    main{max-width:1180px;margin:0 auto;padding:20px 16px 60px}
    h1{font-size:1.6rem;line-height:1.25;margin:.2em 0 .4em}
    h2{font-size:1.2rem;margin:2.2em 0 .6em;padding-top:.6em;border-top:1px solid var(--line)}
    h3{font-size:1rem;margin:1.4em 0 .4em}
    p{max-width:46em;margin:.5em 0}
    .lead{font-size:1.15rem}
    .soft,figcaption,caption{color:var(--soft);font-size:.9rem}
    a{color:var(--accent)}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));\
    gap:20px 28px;align-items:start}
    .figures figure,figure{margin:0;max-width:460px}
    .figure{display:block;width:100%;height:auto}
    .scroll{overflow-x:auto;max-width:100%;background:linear-gradient(90deg,var(--paper) 30%,transparent),\
    linear-gradient(270deg,var(--paper) 30%,transparent) 100% 0,\
    linear-gradient(90deg,var(--line),transparent),linear-gradient(270deg,var(--line),transparent) 100% 0;\
    background-repeat:no-repeat;background-size:40px 100%,40px 100%,14px 100%,14px 100%;\
    background-attachment:local,local,scroll,scroll}
    table{border-collapse:collapse;margin:.4em 0;font-size:.92rem}
    caption{text-align:left;padding:.2em 0}
    th,td{padding:.28em .8em .28em 0;text-align:left;vertical-align:top;\
    border-bottom:1px solid var(--line)}
    td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .changed{color:var(--warm)}td code{white-space:nowrap}
    td .interval,.interval{color:var(--soft);font-size:.86em;white-space:nowrap}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;\
    padding:0;margin:.8em 0;list-style:none}
    .cards.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr))}
    .cards li{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px;\
    font-size:.9rem;min-width:0;overflow-wrap:anywhere}
    .cards img{display:block;width:100%;max-width:112px;height:auto;margin:0 0 8px;\
    image-rendering:pixelated;border:1px solid var(--line)}
    .cards table{width:100%;font-size:.86rem;margin:.5em 0 0}
    pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px;\
    overflow-x:auto;font-size:.85rem;line-height:1.45;margin:.5em 0}
    code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
    summary{cursor:pointer;color:var(--accent)}
    details{margin:.5em 0}
    .break,p code{overflow-wrap:anywhere}
    pre.commands{white-space:pre-wrap;overflow-wrap:anywhere}
    @media (max-width:640px){.interval{display:block;white-space:normal}td .interval{white-space:normal}\
    .scroll table{font-size:.8rem}.scroll th,.scroll td{padding-right:.5em}\
    .scroll th:last-child,.scroll td:last-child{padding-right:0}\
    .scroll td.number,.scroll thead th{white-space:normal}.scroll thead th{vertical-align:bottom}}
    @media print{details>*{display:block}}
    """
}

/// A table of a page. Cells are plain text unless they are made by `Cell.html`.
package struct PageTable {
  /// A column's name and whether it holds numbers.
  package struct Column {
    /// HTML.
    package var heading: String
    package var isNumber = true

    package init(name: String, isNumber: Bool = true) {
      self.init(heading: name.escaped, isNumber: isNumber)
    }

    /// - Parameter heading: HTML.
    package init(heading: String, isNumber: Bool = true) {
      (self.heading, self.isNumber) = (heading, isNumber)
    }
  }

  /// What stands in a cell.
  package enum Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    case text(String)
    case html(String)

    package init(stringLiteral value: String) { self = .text(value) }

    package var html: String {
      switch self {
      case .text(let text): text.withMinusSigns.escaped
      case .html(let html): html
      }
    }
  }

  package var caption = ""
  package var columns: [Column]
  package var rows: [[Cell]]

  package init(caption: String = "", columns: [Column], rows: [[Cell]]) {
    (self.caption, self.columns, self.rows) = (caption, columns, rows)
  }

  /// The first cell of a row is its heading.
  package var html: String {
    var text = "<div class=\"scroll\"><table>\n"
    if !caption.isEmpty { text += "<caption>\(caption.escaped)</caption>\n" }
    text += "<thead><tr>"
    for column in columns {
      text += "<th scope=\"col\"\(Self.style(column))>\(column.heading)</th>"
    }
    text += "</tr></thead>\n<tbody>\n"
    for row in rows {
      text += "<tr>"
      for (place, (cell, column)) in zip(row, columns).enumerated() {
        text +=
          place == 0
          ? "<th scope=\"row\"\(Self.style(column))>\(cell.html)</th>"
          : "<td\(Self.style(column))>\(cell.html)</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table></div>\n"
  }

  private static func style(_ column: Column) -> String {
    column.isNumber ? " class=\"number\"" : ""
  }
}
