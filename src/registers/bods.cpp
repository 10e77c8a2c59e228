#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <set>
#include <unordered_map>

#include "base/ascii.h"
#include "base/json.h"
#include "registers/readers.h"

// Beneficial Ownership Data Standard 0.4: statements about records. A record is said anew when it changes, and may end; which statement of a
// record is the last one is known only at the end of the file, so what matters of each is kept until then, in less than its own bytes.
namespace tamga::registers {
namespace {

using identifiers::Identifier;
using ownership::Directness;
using ownership::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Cuts a JSON list, one object or objects one after the other into the objects, so that a file larger than memory for its tree is read too.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[') {
      list_ = true;
      ++at_;
    }
  }

  /// The next value; false at the end.
  Result<bool> next() {
    skip_blanks();
    if (list_ && at_ < text_.size() && text_[at_] == ']' && !comma_) {
      ++at_;
      list_ = false;
      closed_ = true;
      skip_blanks();
    }
    if (at_ == text_.size()) {
      if (list_) return bad_input("the list of statements never ends; is the file cut off?", line_);
      return false;
    }
    if (closed_) return bad_input("text follows the list of statements", line_);
    piece_line_ = line_;
    const std::size_t begin = at_;
    TAMGA_TRY_STATUS(skip_value());
    piece_ = text_.substr(begin, at_ - begin);
    skip_blanks();
    comma_ = false;
    if (list_ && at_ < text_.size() && text_[at_] != ']') {
      if (text_[at_] != ',') return bad_input("expected a comma or the end of the list after a statement", line_);
      comma_ = true;
      ++at_;
    }
    return true;
  }

  [[nodiscard]] std::string_view piece() const { return piece_; }
  [[nodiscard]] std::uint64_t line() const { return piece_line_; }
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  void skip_blanks() {
    for (; at_ < text_.size() && is_blank(text_[at_]); ++at_) {
      if (text_[at_] == '\n') ++line_;
    }
  }

  /// Past one value. Whether it is JSON inside, parse_json() says.
  Status skip_value() {
    if (text_[at_] != '{') return bad_input("expected a statement, which is a JSON object", line_);
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      switch (text_[at_]) {
        case '"':
          for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
            if (at_ < text_.size() && text_[at_] == '\n') ++line_;
          }
          if (at_ >= text_.size()) {
            at_ = text_.size();
            return bad_input("the statement never ends; is the file cut off?", piece_line_);
          }
          break;
        case '\n': ++line_; break;
        case '{':
        case '[': ++depth; break;
        case '}':
        case ']':
          if (--depth == 0) {
            ++at_;
            return {};
          }
          break;
        default: break;
      }
    }
    return bad_input("the statement never ends; is the file cut off?", piece_line_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  bool list_ = false;
  bool comma_ = false;   ///< one was read, so another value must come
  bool closed_ = false;  ///< the list has ended
  std::string_view piece_;
  std::uint64_t piece_line_ = 0;
};

struct InterestType {
  std::string_view code;
  Kind kind;
};
/// The codelist interestType of the standard 0.4. What is neither a part of the property, nor a vote, nor a seat may be control: a settlor, a
/// beneficiary or who has a right by contract need not be an owner, and can be.
constexpr std::array kInterestTypes = {
    InterestType{"shareholding", Kind::shares},
    InterestType{"votingRights", Kind::votes},
    InterestType{"appointmentOfBoard", Kind::control},
    InterestType{"otherInfluenceOrControl", Kind::influence},
    InterestType{"seniorManagingOfficial", Kind::influence},
    InterestType{"settlor", Kind::influence},
    InterestType{"trustee", Kind::influence},
    InterestType{"protector", Kind::influence},
    InterestType{"beneficiaryOfLegalArrangement", Kind::influence},
    InterestType{"rightsToSurplusAssetsOnDissolution", Kind::shares},
    InterestType{"rightsToProfitOrIncome", Kind::influence},
    InterestType{"rightToProfitOrIncomeFromAssets", Kind::influence},
    InterestType{"enjoymentAndUseOfAssets", Kind::influence},
    InterestType{"rightsGrantedByContract", Kind::influence},
    InterestType{"conditionalRightsGrantedByContract", Kind::influence},
    InterestType{"controlViaCompanyRulesOrArticles", Kind::control},
    InterestType{"controlByLegalFramework", Kind::control},
    InterestType{"boardMember", Kind::director},
    InterestType{"boardChair", Kind::director},
    InterestType{"unknownInterest", Kind::influence},
    InterestType{"unpublishedInterest", Kind::influence},
    InterestType{"nominee", Kind::influence},
    InterestType{"nominator", Kind::influence},
};
constexpr std::string_view kSurplus = "rightsToSurplusAssetsOnDissolution";

struct Scheme {
  std::string_view scheme;
  std::string_view kind;  ///< of identifiers::read
  std::string_view country;
};
/// The schemes (org-id.guide) whose numbers carry a check that we know. A number of any other has its scheme for a label and no check: by
/// chance it may pass the check of a register that it is not of.
constexpr std::array kSchemes = {
    Scheme{"XI-LEI", "lei", ""},   Scheme{"LEI", "lei", ""},        Scheme{"KZ-BIN", "bin", "KZ"},     Scheme{"KZ-IIN", "iin", "KZ"},
    Scheme{"RU-INN", "inn", "RU"}, Scheme{"RU-OGRN", "ogrn", "RU"}, Scheme{"RU-OGRNIP", "ogrn", "RU"}, Scheme{"XI-IMO", "imo", ""},
};

struct Interest {
  std::string type;
  Kind kind = Kind::influence;
  Directness directness = Directness::indirect;
  ShareRange share;
  std::optional<Date> from;
  std::optional<Date> to;
};

/// One end of a relationship.
struct End {
  std::string record;   ///< its id; empty when none is named
  bool nobody = false;  ///< because there are no beneficial owners
};

/// When a statement was made; a later one of the same record replaces an earlier one.
struct Moment {
  std::optional<Date> day;
  std::string time;
  auto operator<=>(const Moment&) const = default;
};

struct Statement {
  Moment moment;
  std::uint64_t line = 0;
  bool closed = false;
  End subject;
  End interested;
  std::vector<Interest> interests;
  std::vector<std::string> components;
  std::string source;
};

struct Party {
  Moment moment;
  std::uint64_t line = 0;
  std::string name;
  std::string_view schema;
  std::string country;
  std::vector<Identifier> identifiers;
  bool arrangement = false;
};

constexpr std::uint32_t kNone = 0xFFFFFFFF;

struct Record {
  std::string id;
  std::uint32_t publisher = 0;
  std::uint32_t next = kNone;           ///< of the same id, of another publisher
  std::unique_ptr<Party> party;         ///< apart, since a third of the records or more have none
  std::vector<Statement> relationship;  ///< in the order of the file
};

std::string_view text_of(const Json* json) { return json != nullptr && json->is_string() ? trimmed(json->text) : std::string_view(); }
std::string_view text_in(const Json& json, std::string_view key) { return json.is_object() ? text_of(json.find(key)) : std::string_view(); }
bool is_given(const Json* json) { return json != nullptr && json->kind != Json::Kind::null; }

Kind kind_of(std::string_view type, const ShareRange& share, bool share_said) {
  const auto* at = std::find_if(kInterestTypes.begin(), kInterestTypes.end(), [&](const InterestType& t) { return t.code == type; });
  if (at == kInterestTypes.end() || type == "unknownInterest" || type == "unpublishedInterest")
    // Nothing but property and votes is counted in percent; property is what all the rules ask about.
    return share_said ? Kind::shares : Kind::influence;
  // The right to appoint a part of the board that may be the smaller one controls nothing.
  if (type == "appointmentOfBoard" && share_said) {
    const auto half = Decimal::whole(50);
    return share.low > half || (share.low == half && share.low_excluded) ? Kind::control : Kind::influence;
  }
  return at->kind;
}

bool carries_share(Kind kind) { return kind == Kind::shares || kind == Kind::votes; }

class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading) {}

  /// Takes in one statement. An error has its line already.
  Status take(std::string_view piece, std::uint64_t line) {
    const auto json = parse_json(piece);
    if (!json) return bad_input(json.error().message, line + std::max<std::uint64_t>(json.error().line, 1) - 1);
    piece_ = piece;
    line_ = line;
    told_offset_ = 0;
    told_line_ = line;
    return statement(*json);
  }

  FileSummary finish() {
    for (auto& record : records_) {
      if (record.party) emit_party(record, *record.party);
      if (!record.relationship.empty()) emit_relationship(record);
    }
    FileSummary summary;
    if (newest_) summary.published = newest_->text();
    if (publishers_.size() == 1 && publisher_known_) summary.publisher = publishers_.front();
    return summary;
  }

 private:
  /// The line of a value of this statement. Values are asked for in their order nearly always, so this is quick.
  std::uint64_t line_of(const Json& json) {
    if (json.offset < told_offset_) {
      told_offset_ = 0;
      told_line_ = line_;
    }
    const auto end = std::min<std::size_t>(json.offset, piece_.size());
    told_line_ += static_cast<std::uint64_t>(
        std::count(piece_.begin() + static_cast<std::ptrdiff_t>(told_offset_), piece_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    told_offset_ = end;
    return told_line_;
  }
  void remark(const Json& at, std::string text) { reading_.remark(line_of(at), std::move(text)); }
  [[nodiscard]] std::unexpected<Error> wrong(const Json& at, std::string text) { return bad_input(std::move(text), line_of(at)); }

  Status statement(const Json& json) {
    const std::string_view type = text_in(json, "recordType");
    if (json.find("recordType") == nullptr && (json.find("statementType") != nullptr || json.find("statementID") != nullptr))
      return wrong(json, "the statement is of BODS 0.3 or older, expected 0.4 (recordId, recordType, recordDetails); convert it first");
    const std::string_view id = text_in(json, "recordId");
    if (id.empty()) return wrong(json, "the statement has no \"recordId\", expected a text");
    if (type != "entity" && type != "person" && type != "relationship")
      return wrong(json, fmt::format("the statement of {} has the recordType {}, expected entity, person or relationship", quoted(id), quoted(type)));
    const std::string_view status = text_in(json, "recordStatus");
    if (!status.empty() && status != "new" && status != "updated" && status != "closed")
      remark(json, fmt::format("the recordStatus {} is not known; taken as updated", quoted(status)));
    const bool closed = status == "closed";
    static const Json kNoDetails = Json::object();
    const Json* details = json.find("recordDetails");
    if (!is_given(details) && closed) details = &kNoDetails;
    if (details == nullptr || !details->is_object())
      return wrong(json, fmt::format("the statement of {} has no \"recordDetails\", expected an object", quoted(id)));

    const std::uint32_t publisher = publisher_of(json);
    Moment moment = moment_of(json);
    auto& record = records_[record_of(publisher, id)];
    const bool party = type != "relationship";
    if (party ? !record.relationship.empty() : record.party != nullptr)
      remark(json, fmt::format("the record {} is a party in one statement and a relationship in another; both are read", quoted(id)));
    if (!moment.day && (record.party || !record.relationship.empty() || closed))
      remark(json, fmt::format("the statement of {} has no date that can be read, expected YYYY-MM-DD; taken to be of the day of the one before it",
                               quoted(id)));
    if (party) {
      if (!moment.day && record.party) moment = record.party->moment;
      // A party that is closed is still the one that was named: only what it holds has days.
      if (record.party && moment < record.party->moment) return {};
      if (record.party && details == &kNoDetails) return {};
      return type == "person" ? person(*details, std::move(moment), record) : entity(*details, std::move(moment), record);
    }
    if (!moment.day && !record.relationship.empty()) moment = record.relationship.back().moment;
    return relationship(json, *details, std::move(moment), closed, record);
  }

  Moment moment_of(const Json& json) {
    Moment moment;
    const std::string_view text = text_in(json, "statementDate");
    moment.day = earliest_day(text);
    if (moment.day && text.size() > 10) moment.time = text.substr(10);
    return moment;
  }

  std::uint32_t publisher_of(const Json& json) {
    std::string_view name;
    if (const Json* details = json.find("publicationDetails"); details != nullptr && details->is_object()) {
      const auto day = earliest_day(text_in(*details, "publicationDate"));
      if (day && (!newest_ || *newest_ < *day)) newest_ = day;
      if (const Json* publisher = details->find("publisher"); publisher != nullptr && publisher->is_object()) {
        name = text_in(*publisher, "name");
        if (name.empty()) name = text_in(*publisher, "url");
      }
    }
    if (!name.empty()) {
      publisher_known_ = true;
    } else {
      // Record ids are the publisher's own. Without him, only the file can tell two files' "1" apart.
      name = reading_.name();
      if (const auto slash = name.rfind('/'); slash != std::string_view::npos) name = name.substr(slash + 1);
    }
    if (const auto at = publisher_numbers_.find(std::string(name)); at != publisher_numbers_.end()) return at->second;
    const auto number = static_cast<std::uint32_t>(publishers_.size());
    publishers_.emplace_back(name);
    publisher_numbers_.emplace(name, number);
    return number;
  }

  std::size_t record_of(std::uint32_t publisher, std::string_view id) {
    std::uint32_t last = kNone;
    if (const auto at = by_id_.find(id); at != by_id_.end()) {
      for (std::uint32_t number = at->second; number != kNone; number = records_[number].next) {
        if (records_[number].publisher == publisher) return number;
        last = number;
      }
    }
    const auto number = static_cast<std::uint32_t>(records_.size());
    records_.push_back(Record{std::string(id), publisher, kNone, {}, {}});
    if (last == kNone) {
      by_id_.emplace(records_.back().id, number);
    } else {
      records_[last].next = number;
    }
    return number;
  }

  /// The record that a statement of `publisher` means: his own, else the only other one of that id.
  [[nodiscard]] const Record* find(std::uint32_t publisher, std::string_view id) const {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) return nullptr;
    const Record& first = records_[at->second];
    for (const Record* record = &first;; record = &records_[record->next]) {
      if (record->publisher == publisher) return record;
      if (record->next == kNone) break;
    }
    return first.next == kNone ? &first : nullptr;
  }

  [[nodiscard]] std::string party_id(std::uint32_t publisher, std::string_view record) const {
    return fmt::format("bods:{}/{}", publishers_[publisher], record);
  }

  Status person(const Json& details, Moment moment, Record& record) {
    Party party;
    party.moment = std::move(moment);
    party.line = line_;
    party.schema = "Person";
    TAMGA_TRY(const auto names, list_of(details, "names"));
    const Json* chosen = nullptr;
    for (const auto& name : names) {
      if (!name->is_object()) return wrong(*name, "expected an object in \"names\"");
      const auto type = text_in(*name, "type");
      if (chosen == nullptr || (type == "legal" && text_in(*chosen, "type") != "legal")) chosen = name;
    }
    if (chosen != nullptr) {
      party.name = text_in(*chosen, "fullName");
      for (const auto* part : {"givenName", "patronymicName", "familyName"}) {
        if (!text_in(*chosen, "fullName").empty() || text_in(*chosen, part).empty()) continue;
        if (!party.name.empty()) party.name += ' ';
        party.name += text_in(*chosen, part);
      }
    }
    if (const Json* nationalities = details.find("nationalities"); nationalities != nullptr && nationalities->is_array()) {
      for (const auto& nationality : nationalities->items) {
        if (party.country.empty()) party.country = country_in(nationality);
      }
    }
    TAMGA_TRY(party.identifiers, numbers_of(details));
    record.party = std::make_unique<Party>(std::move(party));
    return {};
  }

  Status entity(const Json& details, Moment moment, Record& record) {
    Party party;
    party.moment = std::move(moment);
    party.line = line_;
    party.schema = "LegalEntity";
    party.name = text_in(details, "name");
    if (const Json* type = details.find("entityType"); type != nullptr && type->is_object()) {
      const auto code = text_in(*type, "type");
      const auto subtype = text_in(*type, "subtype");
      if (code == "registeredEntity") party.schema = "Company";
      if (code == "state" || code == "stateBody") party.schema = "PublicBody";
      party.arrangement = code == "arrangement" || subtype == "trust" || subtype == "nomination";
    } else if (is_given(type)) {
      return wrong(*type, "the \"entityType\" of an entity is no object");
    }
    if (const Json* jurisdiction = details.find("jurisdiction")) party.country = country_in(*jurisdiction);
    TAMGA_TRY(const auto addresses, list_of(details, "addresses"));
    for (const auto& address : addresses) {
      const Json* country = address->is_object() ? address->find("country") : nullptr;
      if (party.country.empty() && country != nullptr) party.country = country_in(*country);
    }
    TAMGA_TRY(party.identifiers, numbers_of(details));
    record.party = std::make_unique<Party>(std::move(party));
    return {};
  }

  static std::string country_in(const Json& json) {
    if (json.is_string()) return country_of(json.text);
    auto country = country_of(text_in(json, "code"));
    return country.empty() ? country_of(text_in(json, "name")) : country;
  }

  /// The values of a list that may be missing.
  Result<std::vector<const Json*>> list_of(const Json& details, std::string_view key) {
    std::vector<const Json*> values;
    const Json* list = details.find(key);
    if (!is_given(list)) return values;
    if (!list->is_array()) return wrong(*list, fmt::format("\"{}\" is no list", key));
    for (const auto& value : list->items) values.push_back(&value);
    return values;
  }

  Result<std::vector<Identifier>> numbers_of(const Json& details) {
    std::vector<Identifier> numbers;
    TAMGA_TRY(const auto list, list_of(details, "identifiers"));
    for (const Json* json : list) {
      if (!json->is_object()) return wrong(*json, "expected an object in \"identifiers\"");
      const Json* id = json->find("id");
      if (id == nullptr || (!id->is_string() && !id->is_number()) || trimmed(id->text).empty()) continue;
      const auto name = text_in(*json, "scheme").empty() ? text_in(*json, "schemeName") : text_in(*json, "scheme");
      if (auto number = number_of(*json, name, trimmed(id->text)); number && std::find(numbers.begin(), numbers.end(), *number) == numbers.end())
        numbers.push_back(*std::move(number));
    }
    return numbers;
  }

  std::optional<Identifier> number_of(const Json& at, std::string_view name, std::string_view value) {
    const std::string scheme = upper_ascii(name);
    const auto* known = std::find_if(kSchemes.begin(), kSchemes.end(), [&](const Scheme& s) { return s.scheme == scheme; });
    if (known != kSchemes.end()) {
      auto read = identifiers::read(known->kind, value, known->country);
      if (!read.problem.empty()) remark(at, quoted(read.problem) + "; kept as it stands");
      return std::move(read.identifier);
    }
    if (scheme.ends_with("PASSPORT")) return identifiers::read("passport", value).identifier;
    auto number = identifiers::read("reg", value).identifier;
    if (!number) return {};
    number->scheme = identifiers::Scheme::registration;
    number->label = name.empty() ? "registration number" : name;
    number->checked = false;
    return number;
  }

  Result<End> end_of(const Json& details, std::string_view key) {
    const Json* json = details.find(key);
    if (json != nullptr && json->is_string() && !trimmed(json->text).empty()) return End{std::string(trimmed(json->text)), false};
    if (json != nullptr && json->is_object()) {
      return End{{}, text_in(*json, "reason") == "noBeneficialOwners"};
    }
    return wrong(json == nullptr ? details : *json,
                 fmt::format("the relationship has no \"{}\", expected a recordId or an object with a reason", key));
  }

  Status relationship(const Json& json, const Json& details, Moment moment, bool closed, Record& record) {
    Statement statement;
    statement.moment = std::move(moment);
    statement.line = line_;
    statement.closed = closed;
    if (closed && details.find("subject") == nullptr && details.find("interestedParty") == nullptr && !record.relationship.empty()) {
      // Says only that the record has ended.
      statement.subject = record.relationship.back().subject;
      statement.interested = record.relationship.back().interested;
    } else {
      TAMGA_TRY(statement.subject, end_of(details, "subject"));
      TAMGA_TRY(statement.interested, end_of(details, "interestedParty"));
    }
    TAMGA_TRY(const auto components, list_of(details, "componentRecords"));
    for (const Json* component : components) {
      if (!component->is_string()) return wrong(*component, "expected a recordId in \"componentRecords\"");
      statement.components.push_back(component->text);
    }
    TAMGA_TRY(const auto interests, list_of(details, "interests"));
    statement.interests.reserve(interests.size());
    for (const Json* interest : interests) {
      if (!interest->is_object()) return wrong(*interest, "expected an object in \"interests\"");
      TAMGA_TRY(auto read, interest_of(*interest));
      statement.interests.push_back(std::move(read));
    }
    // A limited liability partnership has rights to surplus assets in the place of shares. Beside shares they are the same property said twice.
    const bool has_shares = std::any_of(statement.interests.begin(), statement.interests.end(),
                                        [](const Interest& i) { return i.kind == Kind::shares && i.type != kSurplus; });
    for (auto& interest : statement.interests) {
      if (has_shares && interest.type == kSurplus) interest.kind = Kind::influence;
    }
    if (interests.empty() && !closed) {
      if (statement.interested.nobody) {
        remark(json, "states that there are no beneficial owners; it is no holding");
      } else {
        remark(json, "the relationship names no interest; taken as influence");
        statement.interests.emplace_back();
      }
    }
    statement.source = source_of(json);
    record.relationship.push_back(std::move(statement));
    return {};
  }

  static std::string source_of(const Json& json) {
    std::string names;
    const Json* source = json.find("source");
    const Json* asserted = source != nullptr && source->is_object() ? source->find("assertedBy") : nullptr;
    if (asserted == nullptr || !asserted->is_array()) return names;
    for (const auto& agent : asserted->items) {
      const auto name = text_in(agent, "name");
      if (name.empty()) continue;
      if (!names.empty()) names += ", ";
      names += name;
    }
    return names;
  }

  Result<Interest> interest_of(const Json& json) {
    Interest interest;
    interest.type = text_in(json, "type");
    TAMGA_TRY(const bool share_said, share_of(json, interest.share));
    interest.kind = kind_of(interest.type, interest.share, share_said);
    const bool known = std::any_of(kInterestTypes.begin(), kInterestTypes.end(), [&](const InterestType& t) { return t.code == interest.type; });
    if (!known) {
      remark(json, fmt::format("the type of interest {} is not known; taken as {}", interest.type.empty() ? "(none)" : quoted(interest.type),
                               ownership::kind_name(interest.kind)));
    }
    const auto directness = text_in(json, "directOrIndirect");
    if (directness == "direct") interest.directness = Directness::direct;
    if (!directness.empty() && directness != "direct" && directness != "indirect" && directness != "unknown")
      remark(json, fmt::format("directOrIndirect is {}, expected direct, indirect or unknown; taken as unknown", quoted(directness)));
    // A share of a seat on the board says nothing, and must not make two interests of one.
    if (!carries_share(interest.kind)) interest.share = {};
    interest.from = day_in(json, "startDate", false);
    interest.to = day_in(json, "endDate", true);
    return interest;
  }

  std::optional<Date> day_in(const Json& json, std::string_view key, bool latest) {
    const Json* value = json.find(key);
    if (!is_given(value)) return {};
    auto day = value->is_string() ? (latest ? latest_day(value->text) : earliest_day(value->text)) : std::nullopt;
    if (!day)
      remark(*value, fmt::format("the {} {} cannot be read, expected YYYY-MM-DD; taken as not said", key,
                                 value->is_string() ? quoted(value->text) : quoted(value->dump())));
    return day;
  }

  /// Reads "share". False when nothing is said of it.
  Result<bool> share_of(const Json& interest, ShareRange& into) {
    const Json* json = interest.find("share");
    if (!is_given(json)) return false;
    if (!json->is_object()) return wrong(*json, "the \"share\" of an interest is no object");
    bool said = false;
    std::string problem;
    const auto number = [&](std::string_view key) -> std::optional<Percent> {
      const Json* value = json->find(key);
      if (!is_given(value) || value->kind == Json::Kind::boolean) return {};
      said = true;
      const auto read = value->is_number() || value->is_string() ? read_percent(trimmed(value->text)) : ReadPercent{{}, PercentFault::unreadable};
      if (read.fault == PercentFault::none) return read.percent;
      if (problem.empty()) {
        const std::string_view what = read.fault == PercentFault::over    ? "is over 100 %"
                                      : read.fault == PercentFault::below ? "is below 0 %"
                                                                          : "is no number";
        problem = fmt::format("a share of {} {}", value->is_number() ? value->text : quoted(value->dump()), what);
      }
      return {};
    };
    const auto truth = [&](std::string_view key) {
      const Json* value = json->find(key);
      return value != nullptr && value->kind == Json::Kind::boolean && value->truth;
    };
    ShareRange range;
    if (const auto minimum = number("minimum")) {
      range.low = minimum->low;
      range.low_excluded = truth("exclusiveMinimum");  // as BODS 0.3 writes it
    }
    if (const auto above = number("exclusiveMinimum"); above && above->low >= range.low) {
      range.low = above->low;
      range.low_excluded = true;
    }
    if (const auto maximum = number("maximum")) {
      range.high = maximum->high;
      range.high_excluded = truth("exclusiveMaximum");
    }
    if (const auto below = number("exclusiveMaximum"); below && below->high <= range.high) {
      range.high = below->high;
      range.high_excluded = true;
    }
    const auto exact = number("exact");
    if (problem.empty() && (range.low > range.high || (range.low == range.high && (range.low_excluded || range.high_excluded))))
      problem = fmt::format("a share from {} to {} % holds no number", range.low.text(), range.high.text());
    if (exact && problem.empty()) {
      const bool below = exact->high < range.low || (exact->high == range.low && range.low_excluded);
      const bool above = exact->low > range.high || (exact->low == range.high && range.high_excluded);
      if (below || above) problem = fmt::format("a share of {} % is outside of its own range", exact->low.text());
      const bool between = exact->low != exact->high;
      range = ShareRange{exact->low, exact->high, between, between};
    }
    if (problem.empty()) {
      into = range;
    } else {
      remark(*json, problem + "; kept as unknown");
    }
    return said;
  }

  void emit_party(const Record& record, const Party& party) {
    const std::string id = party_id(record.publisher, record.id);
    PartyRecord out;
    out.id = id;
    out.name = party.name;
    out.schema = party.schema;
    out.country = party.country;
    out.identifiers = party.identifiers;
    out.arrangement = party.arrangement;
    out.line = party.line;
    reading_.party(out);
  }

  /// Whether the components of an indirect relationship tell all of the interest, so that it would be said twice: each of them is in the file, and
  /// each of the relationships among them is in force and gives a share of the same kind.
  [[nodiscard]] bool told_by_components(const Record& record, const Statement& statement, Kind kind) const {
    bool any = false;
    for (const auto& id : statement.components) {
      const Record* component = find(record.publisher, id);
      if (component == nullptr || component == &record) return false;
      if (component->relationship.empty()) continue;
      const auto latest = std::max_element(component->relationship.begin(), component->relationship.end(),
                                           [](const Statement& a, const Statement& b) { return a.moment < b.moment; });
      const bool tells = std::any_of(latest->interests.begin(), latest->interests.end(),
                                     [&](const Interest& interest) { return interest.kind == kind && interest.share != ShareRange{}; });
      if (latest->closed || !tells) return false;
      any = true;
    }
    return any;
  }

  /// An interest that is in force between two statements.
  struct Live {
    Interest interest;
    const Statement* statement = nullptr;
    bool continued = false;  ///< the statement before said the same, or it took the place of what that said
    bool shifted = false;    ///< begins where its predecessor ended, and not when the interest as such began
  };

  void emit_relationship(Record& record) {
    auto& statements = record.relationship;
    std::stable_sort(statements.begin(), statements.end(), [](const Statement& a, const Statement& b) { return a.moment < b.moment; });
    std::vector<Live> live;
    for (const auto& statement : statements) {
      std::vector<Live> next;
      for (const auto& interest : statement.interests) {
        const bool whole_chain = interest.directness == Directness::indirect && carries_share(interest.kind);
        if (whole_chain && told_by_components(record, statement, interest.kind)) continue;
        next.push_back(Live{interest, &statement});
      }
      std::vector<Live> changed;
      for (auto& old : live) {
        if (!continues(old, next)) changed.push_back(std::move(old));
      }
      for (auto& old : changed) end_and_emit(record, old, statement, next);
      live = std::move(next);
      if (!statement.closed) continue;
      std::vector<Live> nothing;
      for (auto& last : live) end_and_emit(record, last, statement, nothing);
      live.clear();
    }
    for (const auto& last : live) emit(record, last);
  }

  /// Whether the newer statement says the same interest again; then only that is kept, with the earlier of the two beginnings.
  static bool continues(const Live& old, std::vector<Live>& next) {
    for (auto& at : next) {
      auto& now = at.interest;
      const bool same = !at.continued && now.type == old.interest.type && now.kind == old.interest.kind &&
                        now.directness == old.interest.directness && now.share == old.interest.share && same_ends(*at.statement, *old.statement);
      // Ended, and begun again later: two interests.
      if (!same || (old.interest.to && now.from && *now.from >= *old.interest.to)) continue;
      at.continued = true;
      at.shifted = old.shifted;
      if (old.shifted) {
        now.from = old.interest.from;
      } else if (now.from && old.interest.from) {
        now.from = std::min(*now.from, *old.interest.from);
      }
      return true;
    }
    return false;
  }

  static bool same_ends(const Statement& a, const Statement& b) {
    return a.subject.record == b.subject.record && a.interested.record == b.interested.record;
  }

  /// An interest that a newer statement does not say any more. It has ended on the day that it said itself, else when the one that took its place
  /// began, at the latest on the day of that statement. The two must not overlap: their shares would be added. Registers keep the beginning of the
  /// interest when its share changes, so then the new share begins on the day of the statement.
  void end_and_emit(const Record& record, Live& old, const Statement& by, std::vector<Live>& next) {
    auto& interest = old.interest;
    std::optional<Date> end = by.moment.day;
    const auto successor = std::find_if(next.begin(), next.end(), [&](const Live& at) {
      return !at.continued && at.interest.type == interest.type && at.interest.directness == interest.directness &&
             same_ends(*at.statement, *old.statement);
    });
    if (end && interest.to && *interest.to < *end) end = interest.to;
    if (successor != next.end() && end) {
      auto& now = successor->interest;
      successor->continued = true;
      if (now.to && *now.to < *end) end = now.to;
      if (now.from && *now.from < *end && (!interest.from || *interest.from < *now.from)) {
        end = now.from;
      } else if (!now.from || *now.from < *end) {
        now.from = end;
        successor->shifted = true;
      }
    }
    if (!end) {
      reading_.remark(by.line, fmt::format("the record {} ends, and no date says when; kept as if it had not ended", quoted(record.id)));
    } else if (!interest.to || (!by.closed && *end < *interest.to)) {
      interest.to = end;
    }
    if (interest.from && interest.to && *interest.to < *interest.from) {
      reading_.remark(old.statement->line, fmt::format("an interest of the record {} was to begin on {} and ended on {}; kept for its first day only",
                                                       quoted(record.id), interest.from->text(), interest.to->text()));
      interest.to = interest.from;
    }
    emit(record, old);
  }

  void emit(const Record& record, const Live& live) {
    const auto& statement = *live.statement;
    HoldingRecord holding;
    const std::string owner = end_id(record, statement.interested, statement.line, " unspecified");
    const std::string asset = end_id(record, statement.subject, statement.line, " unspecified subject");
    holding.owner = owner;
    holding.asset = asset;
    holding.kind = live.interest.kind;
    holding.directness = live.interest.directness;
    if (carries_share(holding.kind)) holding.share = live.interest.share;
    holding.source =
        statement.source.empty() && publishers_.size() > 1 ? std::string_view(publishers_[record.publisher]) : std::string_view(statement.source);
    holding.line = statement.line;
    put_period(reading_, statement.line, live.interest.from, live.interest.to, holding);
    reading_.holding(holding);
  }

  /// The id of a party of a relationship. One that is not named is told to the sink: the share in unknown hands must stay known.
  std::string end_id(const Record& record, const End& end, std::uint64_t line, std::string_view unspecified) {
    if (end.record.empty()) {
      std::string id = party_id(record.publisher, record.id) + std::string(unspecified);
      if (told_.insert(id).second) {
        PartyRecord out;
        out.id = id;
        out.schema = "LegalEntity";
        out.line = line;
        reading_.party(out);
      }
      return id;
    }
    const Record* party = find(record.publisher, end.record);
    const std::uint32_t publisher = party == nullptr ? record.publisher : party->publisher;
    std::string id = party_id(publisher, end.record);
    if ((party == nullptr || !party->party) && told_.insert(id).second)
      reading_.remark(line, fmt::format("the record {} is named as a party and described nowhere in the file", quoted(end.record)));
    return id;
  }

  Reading& reading_;
  std::deque<Record> records_;                                 ///< in the order of their first statements; they never move
  std::unordered_map<std::string_view, std::uint32_t> by_id_;  ///< the first record of an id
  std::vector<std::string> publishers_;
  std::unordered_map<std::string, std::uint32_t> publisher_numbers_;
  bool publisher_known_ = false;
  std::set<std::string> told_;
  std::optional<Date> newest_;
  // The statement that is being read.
  std::string_view piece_;
  std::uint64_t line_ = 0;
  std::size_t told_offset_ = 0;
  std::uint64_t told_line_ = 0;
};

}  // namespace

Result<FileSummary> read_bods(Reading& reading) {
  Pieces pieces(reading.bytes());
  Reader reader(reading);
  for (;;) {
    auto more = pieces.next();
    if (!more) return reading.error(std::move(more).error());
    if (!*more) return reader.finish();
    if (auto status = reader.take(pieces.piece(), pieces.line()); !status) return reading.error(std::move(status).error());
    reading.at(pieces.offset());
  }
}

}  // namespace tamga::registers
