#include "app/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/ascii.h"
#include "base/files.h"
#include "base/unpacked_reader.h"
#include "base/utf8.h"
#include "clear/payment.h"
#include "lists/csv.h"
#include "messages/messages.h"

namespace tamga::app {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void take_field(BatchRow& row, std::string_view column, std::string_view value) {
  if (column == "id") row.id = value;
  if (auto status = add_to_query(row.query, column, value); !status) row.error = status.error().message;
}

/// A row without a schema gets that of the batch, and shows it.
void take_schema(BatchRow& row, const std::string& schema) {
  if (schema.empty() || !row.query.schema.empty() || !row.error.empty() || !row.asked.is_object()) return;
  row.query.schema = schema;
  std::erase_if(row.asked.members, [](const JsonMember& member) { return member.key == "schema"; });
  row.asked.set("schema", schema);
}

/// A row of JSON to its query.
void read_asked(BatchRow& row) {
  if (row.asked.find("properties") != nullptr) {
    const auto entity = entity_from_json(row.asked);
    if (!entity) {
      row.error = entity.error().message;
      return;
    }
    row.id = entity->id;
    row.query = match::query_of_entity(*entity);
    if (!schema_known(entity->schema)) row.error = fmt::format("\"{}\" is not a schema that is screened", entity->schema);
  } else if (row.asked.is_object()) {
    for (const auto& member : row.asked.members) {
      if (member.value.is_string() || member.value.is_number()) take_field(row, member.key, member.value.text);
    }
  } else {
    row.error = "expected a JSON object";
  }
  row.says_all = row.error.empty();
}

/// A line of JSON.
void take_json(BatchRow& row, std::string_view line) {
  auto json = parse_json(line);
  if (!json) {
    row.error = json.error().message;
    return;
  }
  row.asked = *std::move(json);
  read_asked(row);
}

/// An element of a payment message as a row.
BatchRow row_of(const PaymentMessage& payment, const MessageElement& element) {
  BatchRow row;
  row.line = payment.line;
  row.id = payment.message_id;
  row.asked.set("message", payment.kind).set("transaction", Json::number(static_cast<std::int64_t>(payment.transaction)));
  row.asked.set("element", element.path).set("kind", element_kind_name(element.kind)).set("role", element.role);
  if (!element.name.empty()) {
    row.asked.set("name", element.name);
    row.query.names = {element.name};
    row.query.names.insert(row.query.names.end(), element.other_names.begin(), element.other_names.end());
  }
  row.query.schema = element.kind == ElementKind::agent ? "Organization" : element.schema;
  row.query.birth_date = element.birth_date;
  if (!element.country.empty()) {
    row.asked.set("country", element.country);
    row.query.countries = {lower_ascii(element.country)};
  }
  if (!element.address.empty()) {
    row.asked.set("address", element.address);
    if (match::can_be_compared(element.address)) row.query.addresses = {element.address};
  }
  Json numbers = Json::array();
  for (const auto& identifier : element.identifiers) {
    numbers.push(Json::string(identifier.kind + " " + identifier.value));
    if (auto read = identifiers::read(identifier.kind, identifier.value, element.country); read.identifier)
      row.query.identifiers.push_back(*std::move(read.identifier));
  }
  if (!numbers.items.empty()) row.asked.set("identifiers", std::move(numbers));
  row.texts = clear::readings_of(element);
  if (element.kind == ElementKind::text && !row.texts.empty()) row.asked.set("text", row.texts.front());
  return row;
}

}  // namespace

/// Where rows come from: CSV with a header, JSON lines, or payment messages.
struct RowReader::Implementation {
  /// `models`: what the rows will be matched with; a row is refused that one of them cannot compare.
  static Result<Implementation> open(const Batch& batch, std::vector<std::shared_ptr<const names::Model>> models) {
    const std::string& path = batch.path;
    Implementation source;
    source.path_ = path;
    source.schema_ = batch.schema;
    source.models_ = std::move(models);
    source.text_ = std::make_unique<std::string>();
    TAMGA_TRY_STATUS(source.begin_reading());
    const std::string& text = *source.text_;
    constexpr std::string_view kBefore = " \t\r\n\xEF\xBB\xBF";
    while (text.find_first_not_of(kBefore) == std::string::npos) {
      TAMGA_TRY(const bool more, source.read_on(0));
      if (!more) return bad_input_in(path, 0, "is empty, expected CSV with a header, JSON lines or payment messages");
    }
    const auto first = text.find_first_not_of(kBefore);
    if (messages::recognise(text)) {
      for (bool more = true; more;) {
        TAMGA_TRY(more, source.read_on(0));
      }
      auto payments = messages::read(text);
      if (!payments) return std::unexpected(payments.error().in_file(path));
      source.payments_ = *std::move(payments);
      return source;
    }
    source.json_ = text[first] == '{';
    if (!source.json_) {
      source.csv_.emplace(text);
      Result<bool> header = false;
      TAMGA_TRY_STATUS(source.next_fields(source.header_, header));
      if (!header) return std::unexpected(header.error().in_file(path));
      for (auto& column : source.header_) {
        if (!is_utf8(column)) return bad_input_in(path, 1, "the header is not UTF-8; save the table as UTF-8 and not in a code page");
        column = lower_ascii(column);
      }
      const auto has = [&](std::string_view name) { return std::find(source.header_.begin(), source.header_.end(), name) != source.header_.end(); };
      if (!has("name") && !has("identifier") && !has("address"))
        return bad_input_in(path, 1,
                            "the first line must be a header with a column \"name\" (also: id, schema, birth_date, country, identifier, address)");
    }
    return source;
  }

  static Result<Implementation> of_text(const Json& form, std::uint64_t line, std::string bytes,
                                        std::vector<std::shared_ptr<const names::Model>> models) {
    Implementation source;
    source.models_ = std::move(models);
    source.schema_ = form.get("schema");
    if (!source.schema_.empty()) TAMGA_TRY_STATUS(check_schema(source.schema_));
    source.text_ = std::make_unique<std::string>(std::move(bytes));
    source.json_ = form.get("as") == "json";
    if (line == 0) return bad_input("\"line\" is 0, expected the line of the first row");
    if (source.json_) {
      source.line_ = line - 1;
      return source;
    }
    const Json* header = form.find("header");
    if (form.get("as") != "csv" || header == nullptr || header->items.empty())
      return bad_input("rows that are neither \"as\":\"json\" nor \"as\":\"csv\" with a \"header\"");
    for (const auto& column : header->items) source.header_.push_back(column.text);
    source.csv_ = lists::CsvReader::middle(*source.text_, line);
    return source;
  }

  [[nodiscard]] bool payments() const { return !payments_.empty(); }
  [[nodiscard]] std::optional<Json> form() const {
    if (payments()) return std::nullopt;
    Json form = Json::object().set("as", json_ ? "json" : "csv");
    if (!json_) form.set("header", Json::strings(header_));
    if (!schema_.empty()) form.set("schema", schema_);
    // It travels with every few thousand rows.
    constexpr std::size_t kFormMax = std::size_t{16} << 10;
    if (form.dump().size() > kFormMax) return std::nullopt;
    return form;
  }
  Result<bool> next_text(RowText& row) {
    if (payments()) return failure("elements of payment messages are no rows of text");
    row.apart = true;
    if (json_) {
      std::size_t begun = at_;
      row.line = line_ + 1;
      std::string_view line;
      TAMGA_TRY(const bool more, next_line(line, begun));
      row.bytes = std::string_view(*text_).substr(begun, at_ - begun);
      return more;
    }
    Result<bool> more = false;
    std::size_t fields = 0;
    TAMGA_TRY_STATUS(next_fields(more, [&](lists::CsvReader& csv) { return csv.skip(fields); }));
    row.apart = more.has_value();
    row.line = csv_->begun_line();
    row.bytes = std::string_view(*text_).substr(csv_->begun(), csv_->offset() - csv_->begun());
    return more.value_or(true);
  }
  /// False at the end; an error when the file cannot be read on.
  Result<bool> next(BatchRow& row) { return !payments_.empty() ? next_element(row) : json_ ? next_json(row) : next_csv(row); }

 private:
  /// What is packed must be whole before a row of it is believed, and a pipe says only at its end what it holds; of a plain file a part is in
  /// memory at a time.
  Status begin_reading() {
    std::error_code none;
    if (std::filesystem::is_regular_file(path_, none)) {
      TAMGA_TRY(auto reader, UnpackedReader::open(path_, {std::numeric_limits<std::size_t>::max(), 1}));
      std::string name;
      if (reader.plain()) {
        TAMGA_TRY_STATUS(reader.next(name));
        reader_ = std::move(reader);
        TAMGA_TRY_STATUS(read_on(0));
        return {};
      }
    }
    TAMGA_TRY(auto files, read_unpacked(path_));
    if (files.size() != 1) return bad_input_in(path_, 0, "holds several files, expected one");
    *text_ = std::move(files.front().bytes);
    return {};
  }

  /// Drops what stands before `from`, and reads further. False at the end of the file; then nothing is dropped.
  Result<bool> read_on(std::size_t from) {
    if (!reader_) return false;
    // What is twice as long at each attempt is gone through twice in all.
    constexpr std::size_t kPart = std::size_t{1} << 20;
    constexpr std::size_t kRowMax = std::size_t{1} << 30;
    const std::size_t kept = text_->size() - from;
    if (kept > kRowMax) return bad_input_in(path_, 0, fmt::format("a row is larger than {} bytes", kRowMax));
    std::string part(std::max(kPart, kept), '\0');
    TAMGA_TRY(const std::size_t got, reader_->read(part.data(), part.size()));
    if (got == 0) {
      reader_.reset();
      return false;
    }
    text_->erase(0, from);
    text_->append(part, 0, got);
    return true;
  }

  /// The next row of the table, as `read` has it of the CsvReader. An error of its own when the file cannot be read.
  template <typename Read>
  Status next_fields(Result<bool>& more, Read&& read) {
    for (;;) {
      more = read(*csv_);
      bool longer = false;
      if (csv_->at_end()) {
        TAMGA_TRY(longer, read_on(csv_->begun()));
      }
      if (!longer) {
        if (!more) reader_.reset();  // what follows a row that cannot be told from it is not read
        return {};
      }
      csv_->again(*text_);
    }
  }
  Status next_fields(std::vector<std::string>& fields, Result<bool>& more) {
    return next_fields(more, [&](lists::CsvReader& csv) { return csv.next(fields); });
  }

  Result<bool> next_csv(BatchRow& row) {
    std::vector<std::string> fields;
    Result<bool> more = false;
    TAMGA_TRY_STATUS(next_fields(fields, more));
    if (!more) {
      row.line = more.error().line;
      row.error = more.error().message;
      return true;
    }
    if (!*more) return false;
    row.line = csv_->line();
    const bool readable = std::all_of(fields.begin(), fields.end(), [](const std::string& field) { return is_utf8(field); });
    for (std::size_t i = 0; i < fields.size() && i < header_.size(); ++i) row.asked.set(header_[i], readable ? fields[i] : quotable(fields[i]));
    if (!readable) {
      row.error = "is not UTF-8; save the table as UTF-8 and not in a code page";
      return true;
    }
    if (fields.size() != header_.size()) {
      row.error = fmt::format("{} fields, expected {} as in the header", fields.size(), header_.size());
      return true;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) take_field(row, header_[i], fields[i]);
    row.says_all = row.asked.members.size() == fields.size();  // no column is named twice
    check_row(row);
    return true;
  }

  bool next_element(BatchRow& row) {
    for (; payment_ < payments_.size(); ++payment_, element_ = 0) {
      const PaymentMessage& payment = payments_[payment_];
      if (element_ == payment.elements.size()) continue;
      const MessageElement& element = payment.elements[element_++];
      row = row_of(payment, element);
      // A text is screened whatever it says, and an account by itself names nobody.
      if (element.kind == ElementKind::party || element.kind == ElementKind::agent) check_query_of(row);
      return true;
    }
    return false;
  }

  Result<bool> next_json(BatchRow& row) {
    std::size_t begun = at_;
    std::string_view line;
    TAMGA_TRY(const bool more, next_line(line, begun));
    if (!more) return false;
    row.line = line_;
    take_json(row, line);
    check_row(row);
    return true;
  }

  /// The next line that is not blank. What stands from `begun` on is kept, and moves to the beginning where more is read.
  Result<bool> next_line(std::string_view& line, std::size_t& begun) {
    for (;;) {
      auto end = text_->find('\n', at_);
      if (end == std::string::npos) {
        TAMGA_TRY(const bool longer, read_on(begun));
        if (longer) {
          at_ -= begun;
          begun = 0;
          continue;
        }
        end = text_->size();
      }
      const std::string_view text = *text_;
      if (at_ >= text.size()) return false;
      line = text.substr(at_, end - at_);
      at_ = std::min(end + 1, text.size());
      ++line_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) return true;
    }
  }

  void check_row(BatchRow& row) const {
    take_schema(row, schema_);
    check_query_of(row);
  }

  void check_query_of(BatchRow& row) const {
    for (const auto& model : models_) {
      if (!row.error.empty()) return;
      if (const auto status = check_query(row.query, *model); !status) row.error = status.error().message;
    }
  }

  std::string path_;
  std::string schema_;
  std::vector<std::shared_ptr<const names::Model>> models_;
  std::unique_ptr<std::string> text_;     ///< what is in memory; csv_ points into it, also after a move
  std::optional<UnpackedReader> reader_;  ///< of what comes after it
  bool json_ = false;
  std::optional<lists::CsvReader> csv_;
  std::vector<std::string> header_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
  std::vector<PaymentMessage> payments_;
  std::size_t payment_ = 0;
  std::size_t element_ = 0;
};

RowReader::RowReader(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader& RowReader::operator=(RowReader&&) noexcept = default;
RowReader::~RowReader() = default;

Result<RowReader> RowReader::open(const Batch& batch, std::vector<std::shared_ptr<const names::Model>> models) {
  TAMGA_TRY(auto source, Implementation::open(batch, std::move(models)));
  return RowReader(std::make_unique<Implementation>(std::move(source)));
}

Result<RowReader> RowReader::of_text(const Json& form, std::uint64_t line, std::string bytes,
                                     std::vector<std::shared_ptr<const names::Model>> models) {
  TAMGA_TRY(auto source, Implementation::of_text(form, line, std::move(bytes), std::move(models)));
  return RowReader(std::make_unique<Implementation>(std::move(source)));
}

std::optional<Json> RowReader::form() const { return implementation_->form(); }

Result<bool> RowReader::next_text(RowText& row) { return implementation_->next_text(row); }

bool RowReader::payments() const { return implementation_->payments(); }

Result<bool> RowReader::next(BatchRow& row) { return implementation_->next(row); }

Status each_batch_row(const Batch& batch, const std::shared_ptr<const names::Model>& model, const std::function<Status(BatchRow&)>& each) {
  TAMGA_TRY(auto rows, RowReader::open(batch, {model}));
  if (rows.payments()) return bad_input_in(batch.path, 0, "holds payment messages, expected CSV with a header or JSON lines");
  for (;;) {
    BatchRow row;
    TAMGA_TRY(const bool more, rows.next(row));
    if (!more) return {};
    TAMGA_TRY_STATUS(each(row));
  }
}

BatchRow batch_row_of(Json asked) {
  BatchRow row;
  row.asked = std::move(asked);
  read_asked(row);
  return row;
}

BatchRow json_row(std::string_view line, std::uint64_t number, const std::string& schema, const names::Model& model) {
  BatchRow row;
  row.line = number;
  take_json(row, line);
  take_schema(row, schema);
  if (!row.error.empty()) return row;
  if (const auto status = check_query(row.query, model); !status) row.error = status.error().message;
  return row;
}

Status check_schema(std::string_view schema) {
  if (schema_known(schema)) return {};
  return bad_input(fmt::format("schema: \"{}\" is not a schema, expected Person, Company, Organization, LegalEntity, Vessel, …", schema));
}

Status add_to_query(match::Query& query, std::string_view field, std::string_view value) {
  if (value.find_first_not_of(kBlanks) == std::string_view::npos) return {};
  if (field == "name") {
    query.names.emplace_back(value);
  } else if (field == "schema") {
    TAMGA_TRY_STATUS(check_schema(value));
    query.schema = value;
  } else if (field == "birth_date") {
    const auto date = read_partial_date(value);
    if (!date) return bad_input(fmt::format("birth_date: \"{}\" is not a date, expected YYYY-MM-DD or YYYY", value));
    query.birth_date = *date;
  } else if (field == "country") {
    std::string country = lower_ascii(value);
    if (country.size() != 2) return bad_input(fmt::format("country: \"{}\" is not a country, expected two letters of ISO 3166-1", value));
    query.countries.push_back(std::move(country));
  } else if (field == "address") {
    // An address only supports; "-" says that it is not known.
    if (match::can_be_compared(value)) query.addresses.emplace_back(value);
  } else if (field == "identifier") {
    const std::size_t before = query.identifiers.size();
    for (auto& identifier : identifiers::in_text(value)) query.identifiers.push_back(std::move(identifier));
    if (query.identifiers.size() == before) {
      auto read = identifiers::read("reg", value);
      if (read.identifier) query.identifiers.push_back(*std::move(read.identifier));
    }
  }
  return {};
}

Status check_query(const match::Query& query, const names::Model& model) {
  const auto comparable = [&](const std::string& name) { return match::why_not_comparable(name, query.schema, model).empty(); };
  const auto place = [&](const std::string& address) { return match::why_not_comparable(address, "Address", model).empty(); };
  if (!query.names.empty() && std::none_of(query.names.begin(), query.names.end(), comparable))
    return bad_input(fmt::format("the name {}, so nothing can be compared with it; expected a name, or none beside an identifier",
                                 match::why_not_comparable(query.names.front(), query.schema, model)));
  if (query.names.empty() && query.identifiers.empty() && std::none_of(query.addresses.begin(), query.addresses.end(), place))
    return bad_input("neither a name, an identifier nor an address; expected at least one of them");
  return {};
}

}  // namespace tamga::app
