#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "match/screen.h"

/// What is to be screened in a batch, row by row: CSV with a header, JSON lines, or payment messages.
namespace tamga::app {

/// Refuses what is no schema that is screened.
Status check_schema(std::string_view schema);

/// One field of what is known of a party, by the name of its column in a batch: name, schema, birth_date, country, address, identifier. Others
/// are no matter. Refuses what is no date, country or schema.
Status add_to_query(match::Query& query, std::string_view field, std::string_view value);

/// Refuses what would find nothing whatever the lists say: no name, identifier or address at all, or names without a letter or a digit ("—",
/// "???") or of stop-words alone, even beside an identifier: they are of somebody, who was not looked for.
Status check_query(const match::Query& query, const names::Model& model);

struct Batch {
  std::string path;
  std::string schema = {};  ///< of rows that name none; empty: anything
};

/// A row of a batch before it is screened.
struct BatchRow {
  std::uint64_t line = 0;
  std::string id;
  Json asked = Json::object();  ///< the row as it is carried through
  match::Query query;
  std::vector<std::string> texts;  ///< of a payment message: what else is said, in which names are looked for
  std::string error;               ///< not empty: the row is rejected
  bool says_all = false;           ///< batch_row_of(asked) is this row, but for its line
};

/// Hands on every row of a CSV or of JSON lines, those too that cannot be screened. Payment messages are refused.
Status each_batch_row(const Batch& batch, const std::shared_ptr<const names::Model>& model, const std::function<Status(BatchRow&)>& each);
/// The row again whose `asked` was carried through.
[[nodiscard]] BatchRow batch_row_of(Json asked);
/// A line of JSON as a row, with `schema` where it names none.
[[nodiscard]] BatchRow json_row(std::string_view line, std::uint64_t number, const std::string& schema, const names::Model& model);

/// A row as it stands in its file.
struct RowText {
  std::uint64_t line = 0;  ///< of its first byte
  std::string_view bytes;  ///< with the blank lines before it and its line end; until the reader is asked again
  bool apart = true;       ///< it can be told from what follows; otherwise it is the last
};

/// The rows of a batch, one at a time, as screen_batch() reads them. Not thread-safe.
class RowReader {
 public:
  /// `models`: what the rows will be matched with; a row is refused that one of them cannot compare.
  static Result<RowReader> open(const Batch& batch, std::vector<std::shared_ptr<const names::Model>> models);
  /// Rows that follow each other in a file and were read as text, from this line on. `form`: form() of who read them.
  static Result<RowReader> of_text(const Json& form, std::uint64_t line, std::string bytes, std::vector<std::shared_ptr<const names::Model>> models);
  RowReader(RowReader&&) noexcept;
  RowReader& operator=(RowReader&&) noexcept;
  ~RowReader();
  /// Whether the file holds payment messages, of which every element is a row.
  [[nodiscard]] bool payments() const;
  /// False at the end; an error when the file cannot be read on. `row` must be new.
  Result<bool> next(BatchRow& row);

  /// How rows stand in the file: {"as":"csv","header"} or {"as":"json"}, and the batch's "schema". Nothing of payment messages, of which rows are
  /// made, and of a header that is longer than anybody's.
  [[nodiscard]] std::optional<Json> form() const;
  /// The next row unread, which costs little. False at the end; an error when the file cannot be read on, or has no form().
  Result<bool> next_text(RowText& row);

 private:
  struct Implementation;
  explicit RowReader(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::app
