#include "pdf/pdf.h"

#include <fmt/format.h>
#include <hpdf.h>

#include <algorithm>
#include <memory>
#include <optional>

// libharu writes the file and the part of the fonts that is used; the lines are broken here, since it breaks none at letters of other scripts than
// Latin. Its errors are kept in the document and asked for at the end: after the first of them every further call does nothing.

// NOLINTBEGIN: symbols of the linker
extern "C" const char tamga_font_DejaVuSans[];
extern "C" const char tamga_font_DejaVuSans_end[];
extern "C" const char tamga_font_DejaVuSans_Bold[];
extern "C" const char tamga_font_DejaVuSans_Bold_end[];
// NOLINTEND

namespace tamga::pdf {
namespace {

constexpr float kWidth = 595;  // A4 in points
constexpr float kHeight = 842;
constexpr float kMargin = 56;
constexpr float kFootHeight = 60;
constexpr float kLabelWidth = 150;
constexpr std::string_view kUnknown = "\xE2\x96\xA1";  // U+25A1

struct Free {
  void operator()(HPDF_Doc document) const { HPDF_Free(document); }
};
using Document = std::unique_ptr<_HPDF_Doc_Rec, Free>;

/// Does nothing: the error stays in the document.
void keep_error(HPDF_STATUS /*error*/, HPDF_STATUS /*detail*/, void* /*data*/) {}

/// HPDF_LoadTTFontFromFile for a font in memory, which libharu 2.3 has no call for.
HPDF_Font load(HPDF_Doc document, const char* begin, const char* end, const char* tag) {
  HPDF_Stream stream = HPDF_MemStream_New(document->mmgr, 65536);
  if (stream == nullptr) return nullptr;
  if (HPDF_Stream_Write(stream, reinterpret_cast<const HPDF_BYTE*>(begin), static_cast<HPDF_UINT>(end - begin)) != HPDF_OK) return nullptr;
  HPDF_FontDef definition = HPDF_TTFontDef_Load(document->mmgr, stream, HPDF_TRUE);
  if (definition == nullptr) return nullptr;
  if (HPDF_List_Add(document->fontdef_list, definition) != HPDF_OK) return nullptr;
  std::string name(tag);
  HPDF_TTFontDef_SetTagName(definition, name.data());
  return HPDF_GetFont(document, definition->base_font, "UTF-8");
}

/// The code point that begins at `at`, and how many bytes it takes; nothing for bytes that are no UTF-8.
struct Letter {
  char32_t code = 0;
  std::size_t bytes = 1;
};
std::optional<Letter> letter_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return Letter{first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + bytes > text.size()) return std::nullopt;
  char32_t code = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return std::nullopt;
    code = (code << 6U) | (byte(at + i) & 0x3FU);
  }
  return Letter{code, bytes};
}

/// Has the font a picture of it? libharu reads the font's table of the first plane.
bool has(HPDF_FontDef definition, char32_t code) {
  return code <= 0xFFFF && HPDF_TTFontDef_GetGlyphid(definition, static_cast<HPDF_UINT16>(code)) != 0;
}

/// What can be printed of a text: letters that the font lacks and control characters become a box each.
std::string printable(HPDF_FontDef definition, std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = letter_at(text, at);
    if (letter && (letter->code == ' ' || letter->code == '\n' || (letter->code > ' ' && letter->code != 0x7F && has(definition, letter->code)))) {
      result += text.substr(at, letter->bytes);
    } else if (letter && letter->code == '\t') {
      result += ' ';
    } else if (!letter || letter->code != '\r') {
      result += kUnknown;
    }
    at += letter ? letter->bytes : 1;
  }
  return result;
}

class Writer {
 public:
  Writer(HPDF_Doc document, HPDF_Font plain, HPDF_Font bold, std::string foot)
      : document_(document), plain_(plain), bold_(bold), foot_(std::move(foot)) {}

  void put(const Block& block) {
    switch (block.style) {
      case Style::title: paragraph(bold_, 15, block.text, kMargin, 4); break;
      case Style::heading:
        y_ -= 8;
        // A heading does not stand alone at a page's end.
        if (y_ < kFootHeight + 40) page_ = nullptr;
        paragraph(bold_, 10.5F, block.text, kMargin, 2);
        break;
      case Style::text: paragraph(plain_, 9, block.text, kMargin, 3); break;
      case Style::pair: {
        const float top = y_;
        HPDF_Page before = page_;
        paragraph(plain_, 8.5F, block.label, kMargin, 0, kLabelWidth - 10, 0.35F);
        const float after = y_;
        HPDF_Page here = page_;
        // The value begins beside the label, unless that went over to a new page.
        if (before != nullptr && here == before) y_ = top;
        if (before != here) y_ = first_;
        paragraph(plain_, 9, block.text, kMargin + kLabelWidth, 0);
        if (page_ == here) y_ = std::min(y_, after);
        y_ -= 2;
        break;
      }
      case Style::rule:
        y_ -= 4;
        if (page_ == nullptr || y_ < kFootHeight) new_page();
        HPDF_Page_SetLineWidth(page_, 0.5F);
        HPDF_Page_MoveTo(page_, kMargin, y_);
        HPDF_Page_LineTo(page_, kWidth - kMargin, y_);
        HPDF_Page_Stroke(page_);
        y_ -= 6;
        break;
      case Style::table: table(block.table); break;
      case Style::picture:
        picture(block.picture);
        if (!block.text.empty()) paragraph(plain_, 7.5F, block.text, kMargin, 6, 0, 0.35F);
        break;
    }
  }

  /// The foot of every page, once it is known how many there are.
  void feet() {
    const std::string foot = printable(plain_definition(), foot_);
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      page_ = pages_[i];
      const std::string number = fmt::format("{} / {}", i + 1, pages_.size());
      show(plain_, 7, foot, kMargin, 36, 0.35F);
      show(plain_, 7, number, kWidth - kMargin - HPDF_Page_TextWidth(page_, number.c_str()), 36, 0.35F);
    }
  }

  [[nodiscard]] std::size_t pages() const { return pages_.size(); }

 private:
  [[nodiscard]] HPDF_FontDef plain_definition() const { return reinterpret_cast<HPDF_FontAttr>(plain_->attr)->fontdef; }

  void new_page() {
    page_ = HPDF_AddPage(document_);
    HPDF_Page_SetWidth(page_, kWidth);
    HPDF_Page_SetHeight(page_, kHeight);
    y_ = kHeight - kMargin;
    first_ = y_;
    pages_.push_back(page_);
  }

  void show(HPDF_Font font, float size, const std::string& line, float x, float y, float grey) {
    HPDF_Page_SetFontAndSize(page_, font, size);
    HPDF_Page_SetGrayFill(page_, grey);
    HPDF_Page_BeginText(page_);
    HPDF_Page_TextOut(page_, x, y, line.c_str());
    HPDF_Page_EndText(page_);
  }

  float width_of(HPDF_Font font, float size, std::string_view text) const {
    const auto width = HPDF_Font_TextWidth(font, reinterpret_cast<const HPDF_BYTE*>(text.data()), static_cast<HPDF_UINT>(text.size()));
    return static_cast<float>(width.width) * size / 1000;
  }

  /// How many bytes of `text` fit: to the last blank, or as many letters as fit of a word that is longer than a line; to a line break at most.
  std::size_t fitting(HPDF_Font font, float size, std::string_view text, float width) const {
    std::size_t blank = 0;
    float used = 0;
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == '\n') return at;
      const auto letter = letter_at(text, at);
      const std::size_t bytes = letter ? letter->bytes : 1;
      if (text[at] == ' ' && at > 0) blank = at;
      used += width_of(font, size, text.substr(at, bytes));
      if (used > width && at > 0) return blank > 0 ? blank : at;
      at += bytes;
    }
    return text.size();
  }

  /// The lines of a cell, each as long as fits.
  std::vector<std::string> lines_of(HPDF_Font font, float size, std::string_view raw, float width) const {
    const std::string text = printable(plain_definition(), raw);
    std::vector<std::string> lines;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t bytes = fitting(font, size, rest, width);
      lines.emplace_back(rest.substr(0, bytes));
      rest.remove_prefix(bytes);
      if (!rest.empty() && (rest.front() == ' ' || rest.front() == '\n')) rest.remove_prefix(1);
    }
    return lines;
  }

  void row(HPDF_Font font, const Table& of, const std::vector<std::string>& cells, bool first) {
    constexpr float kSize = 7;
    constexpr float kLine = kSize * 1.3F;
    constexpr float kGap = 5;
    double shares = 0;
    for (const auto& column : of.columns) shares += column.share;
    std::vector<std::vector<std::string>> lines;
    std::size_t most = 1;
    for (std::size_t i = 0; i < of.columns.size(); ++i) {
      const float width = (kWidth - 2 * kMargin) * static_cast<float>(of.columns[i].share / shares);
      lines.push_back(lines_of(font, kSize, i < cells.size() ? std::string_view(cells[i]) : std::string_view(), width - kGap));
      most = std::max(most, lines.back().size());
    }
    // A cell that is longer than a page is cut at its end; the files that the program writes beside the document have all of it.
    most = std::min(most, static_cast<std::size_t>((kHeight - kMargin - kFootHeight) / kLine) - 4);
    if (page_ == nullptr || y_ - kLine * static_cast<float>(most) - 3 < kFootHeight) {
      if (!next_page()) return;
      if (!first) row(bold_, of, titles(of), true);
    }
    float x = kMargin;
    for (std::size_t i = 0; i < of.columns.size(); ++i) {
      const float width = (kWidth - 2 * kMargin) * static_cast<float>(of.columns[i].share / shares);
      float y = y_;
      for (std::size_t line = 0; line < std::min(most, lines[i].size()); ++line) {
        y -= kLine;
        const auto& text = lines[i][line];
        show(font, kSize, text, of.columns[i].number ? x + width - kGap - width_of(font, kSize, text) : x, y, 0);
      }
      x += width;
    }
    y_ -= kLine * static_cast<float>(most) + 3;
    HPDF_Page_SetLineWidth(page_, first ? 0.7F : 0.25F);
    HPDF_Page_MoveTo(page_, kMargin, y_);
    HPDF_Page_LineTo(page_, kWidth - kMargin, y_);
    HPDF_Page_Stroke(page_);
  }

  static std::vector<std::string> titles(const Table& of) {
    std::vector<std::string> found;
    for (const auto& column : of.columns) found.push_back(column.title);
    return found;
  }

  void table(const Table& of) {
    if (of.columns.empty()) return;
    // Titles do not stand alone at a page's end.
    if (page_ != nullptr && y_ < kFootHeight + 50) page_ = nullptr;
    row(bold_, of, titles(of), true);
    for (const auto& cells : of.rows) row(plain_, of, cells, false);
    y_ -= 6;
  }

  void colour(Colour fill, Colour stroke) {
    const auto part = [](Colour of, unsigned shift) { return static_cast<float>(of >> shift & 0xFFU) / 255; };
    if (fill != kNone) HPDF_Page_SetRGBFill(page_, part(fill, 16), part(fill, 8), part(fill, 0));
    if (stroke != kNone) HPDF_Page_SetRGBStroke(page_, part(stroke, 16), part(stroke, 8), part(stroke, 0));
  }

  void picture(const Picture& of) {
    if (of.width <= 0 || of.height <= 0) return;
    const auto scale =
        std::min((kWidth - 2 * kMargin) / static_cast<float>(of.width), (kHeight - kMargin - kFootHeight - 20) / static_cast<float>(of.height));
    const auto high = static_cast<float>(of.height) * scale;
    if ((page_ == nullptr || y_ - high < kFootHeight) && !next_page()) return;
    const auto x_of = [&](const Spot& spot) { return kMargin + static_cast<float>(spot.x) * scale; };
    const auto y_of = [&](const Spot& spot) { return y_ - static_cast<float>(spot.y) * scale; };
    for (const auto& shape : of.shapes) {
      if (shape.spots.empty()) continue;
      HPDF_Page_GSave(page_);
      colour(shape.fill, shape.stroke);
      if (shape.kind == Shape::Kind::words) {
        const auto size = static_cast<float>(shape.size) * scale;
        const auto text = printable(plain_definition(), shape.words);
        const float width = width_of(plain_, size, text);
        const float back = shape.anchor == Shape::Anchor::start ? 0 : shape.anchor == Shape::Anchor::middle ? width / 2 : width;
        HPDF_Page_SetFontAndSize(page_, plain_, size);
        HPDF_Page_BeginText(page_);
        HPDF_Page_TextOut(page_, x_of(shape.spots[0]) - back, y_of(shape.spots[0]), text.c_str());
        HPDF_Page_EndText(page_);
      } else {
        HPDF_Page_SetLineWidth(page_, static_cast<float>(shape.width) * scale);
        const HPDF_UINT16 dash[] = {3, 2};
        if (shape.dashed) HPDF_Page_SetDash(page_, dash, 2, 0);
        HPDF_Page_MoveTo(page_, x_of(shape.spots[0]), y_of(shape.spots[0]));
        for (std::size_t i = 1; i < shape.spots.size(); ++i) HPDF_Page_LineTo(page_, x_of(shape.spots[i]), y_of(shape.spots[i]));
        if (shape.kind == Shape::Kind::line) {
          HPDF_Page_Stroke(page_);
        } else if (shape.stroke == kNone) {
          HPDF_Page_Fill(page_);
        } else {
          HPDF_Page_ClosePathFillStroke(page_);
        }
      }
      HPDF_Page_GRestore(page_);
    }
    y_ -= high + 2;
  }

  /// False where there are too many pages.
  bool next_page() {
    if (pages_.size() >= kPagesMax) {
      ++pages_lacking_;
      return false;
    }
    new_page();
    return true;
  }

  void paragraph(HPDF_Font font, float size, std::string_view raw, float x, float after, float width = 0, float grey = 0) {
    const std::string text = printable(plain_definition(), raw);
    if (width == 0) width = kWidth - kMargin - x;
    const float line_height = size * 1.35F;
    std::string_view rest = text;
    do {
      if (page_ == nullptr || y_ - line_height < kFootHeight) {
        if (!next_page()) return;
      }
      const std::size_t bytes = fitting(font, size, rest, width);
      y_ -= line_height;
      show(font, size, std::string(rest.substr(0, bytes)), x, y_, grey);
      rest.remove_prefix(bytes);
      if (!rest.empty() && (rest.front() == ' ' || rest.front() == '\n')) rest.remove_prefix(1);
    } while (!rest.empty());
    y_ -= after;
  }

 public:
  [[nodiscard]] bool cut() const { return pages_lacking_ > 0; }

 private:
  HPDF_Doc document_;
  HPDF_Font plain_;
  HPDF_Font bold_;
  std::string foot_;
  std::vector<HPDF_Page> pages_;
  HPDF_Page page_ = nullptr;  ///< nullptr: the next line begins a page
  float y_ = 0;               ///< above which nothing more is written
  float first_ = 0;           ///< y_ at the top of the page
  int pages_lacking_ = 0;
};

int number(std::string_view text) {
  int value = 0;
  for (const char c : text) value = value * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
  return value;
}

struct Fonts {
  HPDF_Font plain = nullptr;
  HPDF_Font bold = nullptr;
};
Fonts fonts_of(HPDF_Doc document) {
  HPDF_UseUTFEncodings(document);
  HPDF_SetCurrentEncoder(document, "UTF-8");
  return {load(document, tamga_font_DejaVuSans, tamga_font_DejaVuSans_end, "TAMGAA"),
          load(document, tamga_font_DejaVuSans_Bold, tamga_font_DejaVuSans_Bold_end, "TAMGAB")};
}

}  // namespace

Result<std::string> write(const Paper& paper) {
  const Document document(HPDF_New(keep_error, nullptr));
  if (!document) return failure("a PDF could not be made: out of memory");
  const auto failed = [&] { return failure(fmt::format("a PDF could not be made: error {:#x} of libharu", HPDF_GetError(document.get()))); };
  HPDF_SetCompressionMode(document.get(), HPDF_COMP_ALL);
  const Fonts fonts = fonts_of(document.get());
  if (fonts.plain == nullptr || fonts.bold == nullptr) return failed();
  if (paper.made.size() >= 19) {
    const std::string_view made = paper.made;
    HPDF_Date date{};
    date.year = number(made.substr(0, 4));
    date.month = number(made.substr(5, 2));
    date.day = number(made.substr(8, 2));
    date.hour = number(made.substr(11, 2));
    date.minutes = number(made.substr(14, 2));
    date.seconds = number(made.substr(17, 2));
    date.ind = 'Z';
    HPDF_SetInfoDateAttr(document.get(), HPDF_INFO_CREATION_DATE, date);
    HPDF_SetInfoDateAttr(document.get(), HPDF_INFO_MOD_DATE, date);
  }
  HPDF_SetInfoAttr(document.get(), HPDF_INFO_TITLE, paper.title.c_str());
  HPDF_SetInfoAttr(document.get(), HPDF_INFO_PRODUCER, "tamga");
  Writer writer(document.get(), fonts.plain, fonts.bold, paper.foot);
  for (const auto& block : paper.blocks) writer.put(block);
  if (writer.pages() == 0) writer.put({Style::text, " ", {}});
  if (writer.cut()) return bad_input(fmt::format("the document needs more than {} pages", kPagesMax));
  writer.feet();
  if (HPDF_SaveToStream(document.get()) != HPDF_OK) return failed();
  std::string bytes(HPDF_GetStreamSize(document.get()), '\0');
  HPDF_ResetStream(document.get());
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  if (HPDF_ReadFromStream(document.get(), reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size) != HPDF_OK || size != bytes.size()) return failed();
  return bytes;
}

bool lacking(std::string_view text) {
  const Document document(HPDF_New(keep_error, nullptr));
  if (!document) return true;
  const Fonts fonts = fonts_of(document.get());
  if (fonts.plain == nullptr) return true;
  return printable(reinterpret_cast<HPDF_FontAttr>(fonts.plain->attr)->fontdef, text).find(kUnknown) != std::string::npos;
}

}  // namespace tamga::pdf
