#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pdf/picture.h"

/// Plain documents as PDF: headings, paragraphs, labels with their values, tables and drawings, on A4 pages with a foot. DejaVu Sans (Latin, Cyrillic
/// with the Kazakh letters, Greek, and more) is embedded, so that a reader sees the same letters everywhere. The same paper gives the same bytes.
namespace tamga::pdf {

enum class Style : std::uint8_t {
  title,
  heading,
  text,
  pair,  ///< a label at the left, its value beside it
  rule,  ///< a thin line across the page; no text
  table,
  picture,  ///< as wide as the page; `text` stands below it
};

struct Table {
  struct Column {
    std::string title;
    double share = 1;     ///< of the width, against the others
    bool number = false;  ///< stands at the right
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< as many cells as columns
};

struct Block {
  Style style = Style::text;
  std::string text;
  std::string label = {};  ///< of a pair
  Table table = {};
  Picture picture = {};
};

struct Paper {
  std::string title;  ///< of the document's properties
  std::string foot;   ///< on each page, with its number
  std::string made;   ///< UTC, "YYYY-MM-DDTHH:MM:SSZ": the document's date
  std::vector<Block> blocks;
};

/// More pages than this are refused.
inline constexpr std::size_t kPagesMax = 200;

/// The bytes of the document. Text is UTF-8; letters that the fonts lack (Chinese, Japanese, Korean …) are printed as U+25A1, and lacking() says so;
/// Arabic and Hebrew stand in the order in which they are written down, from left to right. Errors: more than kPagesMax pages; out of memory.
Result<std::string> write(const Paper& paper);

/// Whether some letter of the text cannot be printed.
[[nodiscard]] bool lacking(std::string_view text);

}  // namespace tamga::pdf
