#include "report/html.h"

#include <fmt/format.h>

#include "base/markup.h"

namespace tamga::report {
namespace {

constexpr std::string_view kStyle = R"(<style>
:root{--ink:#1c1e21;--soft:#5b6067;--hair:#e3e4e6;--wash:#f6f6f4}
*{box-sizing:border-box}
html{background:#fff;color:var(--ink);-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{max-width:860px;margin:40px auto 80px;padding:0 20px;font:15px/1.5 Charter,"Source Serif 4",Cambria,Georgia,"DejaVu Serif",serif;
font-variant-numeric:lining-nums;overflow-wrap:break-word}
h1{font-size:27px;line-height:1.2;font-weight:600;margin:0 0 8px}
h2{font-size:18px;font-weight:600;margin:38px 0 8px;padding-top:10px;border-top:1px solid var(--ink)}
p{margin:6px 0 10px;max-width:70ch}
dl{display:grid;grid-template-columns:minmax(110px,190px) 1fr;gap:2px 14px;margin:8px 0 14px}
dt{color:var(--soft);font-size:13px}
dd{margin:0;overflow-wrap:anywhere}
hr{border:0;border-top:1px solid var(--hair);margin:16px 0}
.wide{overflow-x:auto;margin:10px 0 16px}
table{width:100%;border-collapse:collapse;font:12.5px/1.4 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums lining-nums}
th,td{text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-bottom:1px solid var(--hair)}
th{font-weight:600;border-bottom:1px solid var(--ink);vertical-align:bottom}
.n{text-align:right;white-space:nowrap}
figure{margin:14px 0 18px;overflow-x:auto}
figure svg{display:block;width:100%;min-width:470px;height:auto;font-family:"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
figcaption{color:var(--soft);font-size:13px;margin-top:4px}
footer{color:var(--soft);font-size:12px;margin-top:40px;border-top:1px solid var(--hair);padding-top:8px}
@media(max-width:560px){body{margin:20px auto 40px;padding:0 14px}h1{font-size:22px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}
table{min-width:560px}figure svg{min-width:640px}}
@page{size:A4;margin:18mm 16mm 20mm}
@media print{body{max-width:none;margin:0;padding:0;font-size:10.5pt}h2{break-after:avoid;margin-top:20pt}figure,tr{break-inside:avoid}
thead{display:table-header-group}.wide,figure{overflow:visible}table{font-size:8pt;min-width:0}th,td{padding:2pt 5pt 2pt 0}.n{white-space:normal}}
</style>)";

std::string colour(pdf::Colour of) { return of == pdf::kNone ? "none" : fmt::format("#{:06x}", of); }

std::string points(const std::vector<pdf::Spot>& spots) {
  std::string text;
  for (const auto& spot : spots) text += fmt::format("{}{:.1f},{:.1f}", text.empty() ? "" : " ", spot.x, spot.y);
  return text;
}

void put(std::string& out, const pdf::Picture& picture) {
  out += fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\"><title>{}</title>\n", picture.width,
                     picture.height, escaped(picture.title));
  for (const auto& shape : picture.shapes) {
    if (shape.spots.empty()) continue;
    switch (shape.kind) {
      case pdf::Shape::Kind::words: {
        const char* anchor = shape.anchor == pdf::Shape::Anchor::start ? "start" : shape.anchor == pdf::Shape::Anchor::middle ? "middle" : "end";
        out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" fill=\"{}\" text-anchor=\"{}\">{}</text>\n", shape.spots[0].x,
                           shape.spots[0].y, shape.size, colour(shape.fill), anchor, escaped(shape.words));
        break;
      }
      case pdf::Shape::Kind::line:
        out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.1f}\"{}/>\n", points(shape.spots),
                           colour(shape.stroke), shape.width, shape.dashed ? " stroke-dasharray=\"3 2\"" : "");
        break;
      case pdf::Shape::Kind::area:
        out += fmt::format("<polygon points=\"{}\" fill=\"{}\"", points(shape.spots), colour(shape.fill));
        if (shape.stroke != pdf::kNone) out += fmt::format(" stroke=\"{}\" stroke-width=\"{:.1f}\"", colour(shape.stroke), shape.width);
        out += "/>\n";
        break;
    }
  }
  out += "</svg>";
}

void put(std::string& out, const pdf::Table& table) {
  const auto cell = [&](std::string_view tag, const pdf::Table::Column& column, std::string_view text) {
    out += fmt::format("<{0}{1}>{2}</{0}>", tag, column.number ? " class=\"n\"" : "", escaped(text));
  };
  double shares = 0;
  for (const auto& column : table.columns) shares += column.share;
  out += "<div class=\"wide\"><table>\n<colgroup>";
  for (const auto& column : table.columns) out += fmt::format("<col style=\"width:{:.1f}%\"/>", column.share / shares * 100);
  out += "</colgroup>\n<thead><tr>";
  for (const auto& column : table.columns) cell("th", column, column.title);
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      cell("td", table.columns[i], i < row.size() ? std::string_view(row[i]) : std::string_view());
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
}

}  // namespace

std::string html(const pdf::Paper& paper, std::string_view language) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><meta name=\"generator\" content=\"tamga\"/>\n<title>{}</title>\n",
      escaped(language), escaped(paper.title));
  out += kStyle;
  out += "</head>\n<body>\n";
  bool pairs = false;
  for (const auto& block : paper.blocks) {
    const bool pair = block.style == pdf::Style::pair;
    if (pair != pairs) out += pair ? "<dl>\n" : "</dl>\n";
    pairs = pair;
    switch (block.style) {
      case pdf::Style::title: out += fmt::format("<h1>{}</h1>\n", escaped(block.text)); break;
      case pdf::Style::heading: out += fmt::format("<h2>{}</h2>\n", escaped(block.text)); break;
      case pdf::Style::text: out += fmt::format("<p>{}</p>\n", escaped(block.text)); break;
      case pdf::Style::pair: out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(block.label), escaped(block.text)); break;
      case pdf::Style::rule: out += "<hr/>\n"; break;
      case pdf::Style::table: put(out, block.table); break;
      case pdf::Style::picture:
        out += "<figure>";
        put(out, block.picture);
        if (!block.text.empty()) out += fmt::format("<figcaption>{}</figcaption>", escaped(block.text));
        out += "</figure>\n";
        break;
    }
  }
  if (pairs) out += "</dl>\n";
  out += fmt::format("<footer>{}</footer>\n</body></html>\n", escaped(paper.foot));
  return out;
}

}  // namespace tamga::report
