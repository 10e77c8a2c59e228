#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/ascii.h"
#include "lists/xml_reader.h"
#include "registers/rows.h"

// GLEIF's golden copy: who consolidates whom (level 2, RR-CDF 2.1) and who is who (level 1, LEI-CDF 3.1), as CSV and as XML. A relationship is
// written from the child to the parent, so the owner is its end node.
namespace tamga::registers {
namespace {

using identifiers::Identifier;
using ownership::Directness;
using ownership::Kind;

struct Period {
  std::string_view from;
  std::string_view to;
};

/// What a relationship record says, from either form.
struct Relationship {
  std::string_view start;
  std::string_view start_type;
  std::string_view end;
  std::string_view end_type;
  std::string_view type;
  std::string_view status;
  std::string_view registration;  ///< PUBLISHED, LAPSED, RETIRED, ANNULLED …
  std::string_view updated;
  std::string_view percentage;
  Period period;
  bool has_period = false;
  std::uint64_t line = 0;
  /// Of several relationship periods the one that begins last is the one that is now.
  void add_period(std::string_view kind, Period said) {
    if (kind != "RELATIONSHIP_PERIOD") return;
    if (has_period) {
      const auto old = earliest_day(period.from);
      const auto other = earliest_day(said.from);
      if (!other || (old && *other < *old)) return;
    }
    period = said;
    has_period = true;
  }
  void add_quantifier(std::string_view units, std::string_view amount) {
    if (units == "PERCENTAGE" && percentage.empty()) percentage = amount;
  }
};

struct LegalEntity {
  std::string_view lei;
  std::string_view name;
  std::string_view country;
  std::string_view jurisdiction;
  std::string_view authority;
  std::string_view number;
  std::string_view category;
  std::uint64_t line = 0;
};

class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading) {}

  void relationship(const Relationship& said) {
    saw(said.updated);
    if (said.registration == "ANNULLED" || said.registration == "DUPLICATE") {
      reading_.remark(said.line, fmt::format("the record is {}: GLEIF withdrew it; it is no holding", said.registration));
      return;
    }
    if (said.start.empty() || said.end.empty()) {
      reading_.remark(said.line, fmt::format("the record has no {} node; it is no holding", said.start.empty() ? "start" : "end"));
      return;
    }
    const std::string child = node(said.start, said.start_type, said.line);
    const std::string parent = node(said.end, said.end_type, said.line);
    HoldingRecord holding;
    holding.owner = parent;
    holding.asset = child;
    holding.line = said.line;
    put_days(said, holding);
    const auto emit = [&](Kind kind, Directness directness, const ShareRange& share) {
      holding.kind = kind;
      holding.directness = directness;
      holding.share = share;
      reading_.holding(holding);
    };
    if (said.type == "IS_DIRECTLY_CONSOLIDATED_BY") {
      emit(Kind::control, Directness::direct, {});
      emit(Kind::shares, Directness::direct, share_of(said));
    } else if (said.type == "IS_ULTIMATELY_CONSOLIDATED_BY") {
      emit(Kind::control, Directness::indirect, {});
      if (!said.percentage.empty()) emit(Kind::shares, Directness::indirect, share_of(said));
    } else if (said.type == "IS_INTERNATIONAL_BRANCH_OF") {
      // A branch is not another person: its head office has all of it.
      emit(Kind::control, Directness::direct, {});
      emit(Kind::shares, Directness::direct, ShareRange{Decimal::whole(100), Decimal::whole(100)});
    } else if (said.type == "IS_FEEDER_TO") {
      // The feeder fund puts its money into the master: here the start node is the one that holds.
      std::swap(holding.owner, holding.asset);
      emit(Kind::influence, Directness::direct, {});
    } else {
      if (said.type != "IS_FUND-MANAGED_BY" && said.type != "IS_SUBFUND_OF" && said.type != "IS_FUND_MANAGED_BY")
        reading_.remark(said.line, fmt::format("the relationship {} is not known; taken as influence of the end node", quoted(said.type)));
      emit(Kind::influence, Directness::direct, {});
    }
  }

  void entity(const LegalEntity& said) {
    if (said.lei.empty()) {
      reading_.remark(said.line, "the record has no LEI; it is no party");
      return;
    }
    auto lei = identifiers::read("lei", said.lei);
    if (!lei.problem.empty()) reading_.remark(said.line, quoted(lei.problem) + "; kept as it stands");
    const std::string id = lei.identifier ? id_of(*lei.identifier) : fmt::format("lei:{}", said.lei);
    std::string country = country_of(said.country);
    if (country.empty()) country = country_of(said.jurisdiction);
    std::vector<Identifier> numbers;
    if (lei.identifier) numbers.push_back(*std::move(lei.identifier));
    if (!said.number.empty()) {
      if (auto number = identifiers::read("reg", said.number, country).identifier) {
        // Without a check digit of a known register only the authority's code tells which register the number is of.
        if (!number->checked && !said.authority.empty()) number->label = said.authority;
        numbers.push_back(*std::move(number));
      }
    }
    PartyRecord party;
    party.id = id;
    party.name = said.name;
    party.schema = said.category == "RESIDENT_GOVERNMENT_ENTITY"   ? "PublicBody"
                   : said.category == "INTERNATIONAL_ORGANIZATION" ? "Organization"
                                                                   : "LegalEntity";
    party.country = country;
    party.identifiers = numbers;
    party.line = said.line;
    reading_.party(party);
  }

  void saw(std::string_view day) {
    if (const auto date = Date::parse(day.substr(0, 10)); date && (!newest_ || *newest_ < *date)) newest_ = date;
  }

  /// `published` is what the file says of itself; else its name is asked, and after it the newest record, which cannot be younger than the file.
  FileSummary finish(std::string_view published) {
    FileSummary summary;
    summary.publisher = "GLEIF";
    if (const auto day = Date::parse(published.substr(0, 10))) {
      summary.published = day->text();
    } else if (!date_in_name(reading_.name()) && newest_) {
      summary.published = newest_->text();
    }
    return summary;
  }

 private:
  /// The id of a node. The sink is told of it once, for its LEI; level 1 has the name.
  std::string node(std::string_view node, std::string_view type, std::uint64_t line) {
    // The standard knows LEI alone; its form leaves room for others, whose numbers must not be taken for one.
    if (!type.empty() && type != "LEI") return fmt::format("{}:{}", lower_ascii(type), node);
    if (const auto at = nodes_.find(std::string(node)); at != nodes_.end()) return at->second;
    const auto lei = identifiers::read("lei", node);
    if (!lei.problem.empty()) reading_.remark(line, quoted(lei.problem) + "; kept as it stands");
    std::string id = fmt::format("lei:{}", lei.identifier ? std::string_view(lei.identifier->value) : node);
    if (lei.identifier) {
      PartyRecord party;
      party.id = id;
      party.schema = "LegalEntity";
      party.identifiers = std::span(&*lei.identifier, 1);
      party.line = line;
      reading_.party(party);
    }
    nodes_.emplace(node, id);
    return id;
  }

  void put_days(const Relationship& said, HoldingRecord& holding) {
    put_period(reading_, said.line, said.period.from, said.period.to, holding);
    if (said.status != "INACTIVE" || holding.to) return;
    const auto updated = Date::parse(said.updated.substr(0, 10));
    if (!updated) {
      reading_.remark(said.line, "is INACTIVE and says neither its end nor when it was updated; kept as if it had not ended");
      return;
    }
    reading_.remark(said.line, fmt::format("is INACTIVE without an end; taken to have ended when it was updated, on {}", updated->text()));
    put_period(reading_, said.line, holding.from, updated, holding);
  }

  ShareRange share_of(const Relationship& said) {
    if (said.percentage.empty()) return {};
    auto read = read_share(said.percentage);
    // "1.00" stands there for a wholly owned subsidiary as well as "100.00": taken at its word it would clear a company that is owned.
    if (read.problem.empty() && read.share.low <= Decimal::whole(1)) {
      read.share = {};
      read.problem = fmt::format("the percentage {} of a consolidated company may be a fraction; kept as unknown", quoted(said.percentage));
    }
    if (!read.problem.empty()) reading_.remark(said.line, std::move(read.problem));
    return read.share;
  }

  Reading& reading_;
  std::unordered_map<std::string, std::string> nodes_;  ///< by how they are written
  std::optional<Date> newest_;
};

constexpr int kRepeats = 5;  // periods and quantifiers of a record in the CSV

Result<FileSummary> read_relationship_rows(Reading& reading, Rows& rows) {
  TAMGA_TRY(const auto start, rows.need("Relationship.StartNode.NodeID"));
  TAMGA_TRY(const auto end, rows.need("Relationship.EndNode.NodeID"));
  TAMGA_TRY(const auto type, rows.need("Relationship.RelationshipType"));
  TAMGA_TRY(const auto status, rows.need("Relationship.RelationshipStatus"));
  const auto start_type = rows.find("relationship.startnode.nodeidtype");
  const auto end_type = rows.find("relationship.endnode.nodeidtype");
  const auto registration = rows.find("registration.registrationstatus");
  const auto updated = rows.find("registration.lastupdatedate");
  std::array<std::array<std::size_t, 3>, kRepeats> periods{};
  std::array<std::array<std::size_t, 2>, kRepeats> quantifiers{};
  for (int n = 0; n < kRepeats; ++n) {
    const auto at = static_cast<std::size_t>(n);
    periods[at] = {rows.find(fmt::format("relationship.period.{}.periodtype", n + 1)),
                   rows.find(fmt::format("relationship.period.{}.startdate", n + 1)),
                   rows.find(fmt::format("relationship.period.{}.enddate", n + 1))};
    quantifiers[at] = {rows.find(fmt::format("relationship.quantifiers.{}.quantifierunits", n + 1)),
                       rows.find(fmt::format("relationship.quantifiers.{}.quantifieramount", n + 1))};
  }
  Reader reader(reading);
  for (;;) {
    TAMGA_TRY(const bool more, rows.next());
    if (!more) return reader.finish({});
    Relationship said;
    said.start = trimmed(rows.field(start));
    said.start_type = trimmed(rows.field(start_type));
    said.end = trimmed(rows.field(end));
    said.end_type = trimmed(rows.field(end_type));
    said.type = trimmed(rows.field(type));
    said.status = trimmed(rows.field(status));
    said.registration = trimmed(rows.field(registration));
    said.updated = trimmed(rows.field(updated));
    said.line = rows.line();
    for (const auto& period : periods)
      said.add_period(trimmed(rows.field(period[0])), {trimmed(rows.field(period[1])), trimmed(rows.field(period[2]))});
    for (const auto& quantifier : quantifiers) said.add_quantifier(trimmed(rows.field(quantifier[0])), trimmed(rows.field(quantifier[1])));
    reader.relationship(said);
  }
}

Result<FileSummary> read_entity_rows(Reading& reading, Rows& rows) {
  TAMGA_TRY(const auto lei, rows.need("LEI"));
  TAMGA_TRY(const auto name, rows.need("Entity.LegalName"));
  const auto country = rows.find("entity.legaladdress.country");
  const auto jurisdiction = rows.find("entity.legaljurisdiction");
  const auto authority = rows.find("entity.registrationauthority.registrationauthorityid");
  const auto number = rows.find("entity.registrationauthority.registrationauthorityentityid");
  const auto category = rows.find("entity.entitycategory");
  const auto updated = rows.find("registration.lastupdatedate");
  Reader reader(reading);
  for (;;) {
    TAMGA_TRY(const bool more, rows.next());
    if (!more) return reader.finish({});
    reader.saw(rows.field(updated));
    reader.entity({trimmed(rows.field(lei)), trimmed(rows.field(name)), trimmed(rows.field(country)), trimmed(rows.field(jurisdiction)),
                   trimmed(rows.field(authority)), trimmed(rows.field(number)), trimmed(rows.field(category)), rows.line()});
  }
}

void read_relationship(const lists::XmlNode& node, std::uint64_t line, Reader& reader) {
  const auto relationship = node.child("Relationship");
  const auto registration = node.child("Registration");
  Relationship said;
  said.line = line;
  said.start = relationship.child("StartNode").child_text("NodeID");
  said.start_type = relationship.child("StartNode").child_text("NodeIDType");
  said.end = relationship.child("EndNode").child_text("NodeID");
  said.end_type = relationship.child("EndNode").child_text("NodeIDType");
  said.type = relationship.child_text("RelationshipType");
  said.status = relationship.child_text("RelationshipStatus");
  said.registration = registration.child_text("RegistrationStatus");
  said.updated = registration.child_text("LastUpdateDate");
  for (auto period = relationship.child("RelationshipPeriods").first(); period; period = period.next())
    said.add_period(period.child_text("PeriodType"), {period.child_text("StartDate"), period.child_text("EndDate")});
  for (auto quantifier = relationship.child("RelationshipQuantifiers").first(); quantifier; quantifier = quantifier.next())
    said.add_quantifier(quantifier.child_text("QuantifierUnits"), quantifier.child_text("QuantifierAmount"));
  reader.relationship(said);
}

void read_entity(const lists::XmlNode& node, std::uint64_t line, Reader& reader) {
  const auto entity = node.child("Entity");
  const auto authority = entity.child("RegistrationAuthority");
  reader.entity({node.child_text("LEI"), entity.child_text("LegalName"), entity.child("LegalAddress").child_text("Country"),
                 entity.child_text("LegalJurisdiction"), authority.child_text("RegistrationAuthorityID"),
                 authority.child_text("RegistrationAuthorityEntityID"), entity.child_text("EntityCategory"), line});
}

Result<FileSummary> read_documents(Reading& reading) {
  lists::XmlReader xml(reading.bytes());
  Reader reader(reading);
  std::string published;
  const auto read = [&]() -> Status {
    TAMGA_TRY(const bool root, xml.next());
    if (!root) return bad_input("has no root element");
    TAMGA_TRY_STATUS(xml.enter());
    for (;;) {
      TAMGA_TRY(const bool more, xml.next());
      if (!more) break;
      if (xml.name() != "RelationshipRecords" && xml.name() != "LEIRecords") {
        TAMGA_TRY(const auto header, xml.read());
        if (published.empty()) published = header.child_text("ContentDate");
        continue;
      }
      TAMGA_TRY_STATUS(xml.enter());
      for (;;) {
        TAMGA_TRY(const bool record, xml.next());
        if (!record) break;
        reading.at(xml.offset());
        const auto line = xml.line_of(xml.offset());
        TAMGA_TRY(const auto node, xml.read());
        if (node.name() == "RelationshipRecord") read_relationship(node, line, reader);
        if (node.name() == "LEIRecord") read_entity(node, line, reader);
      }
    }
    return xml.finish();
  };
  if (auto status = read(); !status) return reading.error(std::move(status).error());
  return reader.finish(published);
}

}  // namespace

Result<FileSummary> read_gleif(Reading& reading) {
  // The first row of a table is a name of a column, never a tag.
  if (const auto start = trimmed(reading.bytes().substr(0, 4096)); start.starts_with('<') || start.starts_with("\xEF\xBB\xBF<"))
    return read_documents(reading);
  TAMGA_TRY(Rows rows, Rows::open(reading));
  if (rows.find("relationship.startnode.nodeid") != Rows::kNone || rows.find("lei") == Rows::kNone) return read_relationship_rows(reading, rows);
  return read_entity_rows(reading, rows);
}

}  // namespace tamga::registers
