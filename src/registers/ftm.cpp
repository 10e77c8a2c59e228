#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/ascii.h"
#include "base/json.h"
#include "model/entity.h"
#include "registers/readers.h"

// FollowTheMoney entities, one JSON object a line (domain.md 5.9). Edges are objects of their own; those that tell who owns, runs or is kin to whom
// become holdings. The percentages of an Ownership are free text.
namespace tamga::registers {
namespace {

using ownership::Directness;
using ownership::Kind;

struct Edge {
  std::string_view schema;
  Kind kind;
};
/// Who represents another may be his nominee, and a link of a named kind may be control: both are for a person to look at.
constexpr std::array kEdges = {
    Edge{"Ownership", Kind::shares}, Edge{"Directorship", Kind::director}, Edge{"Employment", Kind::staff},
    Edge{"Family", Kind::family},    Edge{"UnknownLink", Kind::influence}, Edge{"Representation", Kind::influence},
};

/// Neither parties nor relations of this kind: read past without a word.
constexpr std::array<std::string_view, 20> kOther = {"Sanction",      "Passport",         "Identification", "Address",  "Position",
                                                     "Occupancy",     "Documentation",    "Similar",        "Mention",  "Note",
                                                     "Article",       "EconomicActivity", "Debt",           "Payment",  "License",
                                                     "ContractAward", "CourtCase",        "CourtCaseParty", "Interest", "Interval"};

bool mentions(const Entity& entity, std::initializer_list<std::string_view> properties, std::initializer_list<std::string_view> words) {
  for (const auto property : properties) {
    for (const auto& value : entity.values(property)) {
      const std::string text = lower_ascii(value);
      if (std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string::npos; })) return true;
    }
  }
  return false;
}

class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading) {}

  Status take(const Entity& entity, std::uint64_t line) {
    if (entity.id.empty()) return bad_input("the entity has no \"id\"");
    datasets_.insert(entity.datasets.begin(), entity.datasets.end());
    if (const auto* edge = std::find_if(kEdges.begin(), kEdges.end(), [&](const Edge& e) { return e.schema == entity.schema; });
        edge != kEdges.end()) {
      relation(entity, edge->kind, line);
    } else if (relation_ends(entity.schema) != nullptr) {
      ++ignored_[entity.schema];
    } else if (std::find(kOther.begin(), kOther.end(), entity.schema) == kOther.end()) {
      party(entity, line);
    }
    return {};
  }

  void saw(std::optional<Date> day) {
    if (day && (!newest_ || *newest_ < *day)) newest_ = day;
  }

  FileSummary finish() {
    for (const auto& [schema, count] : ignored_)
      reading_.remark(0, fmt::format("{} {} records do not tell who owns or controls whom; they are not read", count, schema));
    FileSummary summary;
    if (newest_) summary.published = newest_->text();
    if (datasets_.size() == 1) summary.publisher = *datasets_.begin();
    return summary;
  }

 private:
  void party(const Entity& entity, std::uint64_t line) {
    std::string country;
    for (const std::string_view property : {"country", "jurisdiction", "nationality"}) {
      if (country.empty()) country = country_of(entity.first(property));
    }
    const auto numbers = identifiers::of_entity(entity);
    PartyRecord record;
    record.id = entity.id;
    record.name = entity.caption.empty() ? entity.first("name") : std::string_view(entity.caption);
    record.schema = entity.schema;
    record.country = country;
    record.identifiers = numbers;
    record.arrangement =
        entity.schema == "Trust" || mentions(entity, {"legalForm", "classification"}, {"trust", "foundation", "stiftung", "anstalt", "nominee"});
    record.line = line;
    reading_.party(record);
  }

  void relation(const Entity& entity, Kind kind, std::uint64_t line) {
    const RelationEnds* ends = relation_ends(entity.schema);
    // A link without a word on what it is: "knows", "is mentioned with".
    if (entity.schema == "UnknownLink" && trimmed(entity.first("role")).empty()) {
      ++ignored_["UnknownLink without a role"];
      return;
    }
    const auto& owners = entity.values(ends->from);
    const auto& assets = entity.values(ends->to);
    if (owners.empty() || assets.empty()) {
      reading_.remark(line,
                      fmt::format("the {} {} has no {}; it is no holding", entity.schema, quoted(entity.id), owners.empty() ? ends->from : ends->to));
      return;
    }
    HoldingRecord holding;
    holding.kind = kind;
    holding.line = line;
    if (kind == Kind::shares) holding.share = share_of(entity, line);
    // "ultimate": as GLEIF's ultimate parent, whose chain may be in the file as well.
    if (mentions(entity, {"role", "ownershipType"}, {"indirect", "ultimate"})) holding.directness = Directness::indirect;
    put_period(reading_, line, period_text(entity, "startDate", false), period_text(entity, "endDate", true), holding);
    const std::string source = entity.datasets.empty() ? std::string(entity.first("publisher")) : fmt::format("{}", fmt::join(entity.datasets, ", "));
    holding.source = source;
    for (const auto& owner : owners) {
      for (const auto& asset : assets) {
        holding.owner = owner;
        holding.asset = asset;
        reading_.holding(holding);
      }
    }
  }

  /// Of several days the one that makes the holding longest.
  static std::string_view period_text(const Entity& entity, std::string_view property, bool latest) {
    const auto& values = entity.values(property);
    std::string_view chosen = values.empty() ? std::string_view() : std::string_view(values.front());
    for (const auto& value : values) {
      const auto day = latest ? latest_day(value) : earliest_day(value);
      const auto so_far = latest ? latest_day(chosen) : earliest_day(chosen);
      if (day && (!so_far || (latest ? *so_far < *day : *day < *so_far))) chosen = value;
    }
    return chosen;
  }

  ShareRange share_of(const Entity& entity, std::uint64_t line) {
    const auto& values = entity.values("percentage");
    ShareRange share;
    bool any = false;
    for (const auto& value : values) {
      auto read = read_share(value);
      if (!read.problem.empty()) reading_.remark(line, std::move(read.problem));
      if (!any) {
        share = read.share;
      } else if (read.share != share) {
        if (read.share.low < share.low || (read.share.low == share.low && !read.share.low_excluded)) {
          share.low = read.share.low;
          share.low_excluded = read.share.low_excluded;
        }
        if (read.share.high > share.high || (read.share.high == share.high && !read.share.high_excluded)) {
          share.high = read.share.high;
          share.high_excluded = read.share.high_excluded;
        }
        reading_.remark(line, fmt::format("says several percentages, {}; kept as the range that holds them all",
                                          quoted(fmt::format("{}", fmt::join(values, ", ")))));
      }
      any = true;
    }
    return share;
  }

  Reading& reading_;
  std::map<std::string, std::int64_t> ignored_;
  std::set<std::string> datasets_;
  std::optional<Date> newest_;
};

}  // namespace

Result<FileSummary> read_ftm(Reading& reading) {
  Reader reader(reading);
  std::string_view text = reading.bytes();
  std::uint64_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string_view row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    reading.at(end);
    if (trimmed(row).empty() || (line == 1 && trimmed(row) == "\xEF\xBB\xBF")) continue;
    // Real files repeat keys inside "properties"; the values of both are kept.
    const auto json = parse_json(row, JsonLimits{.double_keys = true});
    if (!json) return reading.error(line, json.error().message);
    const auto entity = entity_from_json(*json);
    if (!entity) return reading.error(line, entity.error().message);
    for (const auto* key : {"last_seen", "last_change"}) reader.saw(Date::parse(json->get(key).substr(0, 10)));
    if (auto status = reader.take(*entity, line); !status) return reading.error(line, status.error().message);
  }
  return reader.finish();
}

}  // namespace tamga::registers
