#include "deal_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tamga::bench {
namespace {

constexpr std::array kFirst = {"Altyn", "Kazyna", "Sary",    "Tulpar", "Orion",  "Baltex", "Nord", "Delta", "Ural",  "Silk",   "Vostok", "Temir",
                               "Aral",  "Kerben", "Zhuldyz", "Ertis",  "Alatau", "Global", "Euro", "Trans", "Prime", "Steppe", "Karat",  "Sunkar"};
constexpr std::array kSecond = {"Trade",     "Logistic",    "Electro", "Impex",   "Supply",      "Industrial", "Components",
                                "Group",     "Systems",     "Agro",    "Metall",  "Tech",        "Import",     "Cargo",
                                "Machinery", "Instruments", "Resurs",  "Holding", "Engineering", "Service"};
constexpr std::array kForms = {"LLP", "LLC", "GmbH", "JSC", "Ltd", "OOO", "TOO", "SRL"};
constexpr std::array kPeople = {"Nurlan", "Aigerim", "Timur", "Olga", "Sergei", "Dana", "Martin", "Aslan", "Marina", "Yerlan", "Ivan", "Gulnara"};
constexpr std::array kFamilies = {"Bekov", "Abenov", "Huber", "Ivanov", "Sadykov", "Petrov", "Kim", "Tulegenov", "Weber", "Omarov", "Rossi", "Li"};
constexpr std::array kSources = {"DE", "IT", "CN", "TR", "KR", "PL", "US", "JP"};
constexpr std::array kTargets = {"KZ", "KG", "UZ", "AM", "RU", "BY", "GE"};
constexpr std::array kStreets = {"Abai", "Dostyk", "Lenina", "Tole bi", "Industrialnaya", "Manas", "Chui", "Respublika", "Zavodskaya", "Seifullin"};
constexpr std::array kPlaces = {"KZALA", "KZAKX", "KGFRU", "RUMOW", "RULED", "TRIST", "GEPTI",
                                "UZTAS", "PLWAW", "DEHAM", "CNXMN", "LVRIX", "AMEVN", "BYMSQ"};
constexpr std::array kThings = {"bearing",    "pump",          "valve",        "microcontroller", "capacitor",    "milling machine",
                                "lathe",      "connector",     "transistor",   "antenna",         "oscilloscope", "diesel engine",
                                "wheat",      "sunflower oil", "steel coil",   "cable",           "laptop",       "tyre",
                                "fertiliser", "paper",         "laser module", "servo motor",     "gear box",     "sensor",
                                "drone part", "camera",        "relay",        "transformer",     "resin",        "solvent"};
constexpr std::array kKinds = {"industrial", "type A",    "series 5", "stainless", "24V",        "high precision", "grade 3", "spare",
                               "automotive", "assembled", "new",      "in bulk",   "for repair", "heavy duty",     "compact", "model X"};

template <typename List>
std::string of(const List& list, std::uint64_t number) {
  return list[number % list.size()];
}

}  // namespace

DealMaker::DealMaker(std::uint64_t seed, std::size_t exporters) : random_(seed) {
  for (std::size_t i = 0; i < exporters; ++i) {
    Exporter made;
    made.party = firm("exporter", of(kSources, random_()));
    made.bank = bank(made.party.country);
    for (int g = 0; g < 6; ++g) made.goods.push_back(good());
    for (int c = 0; c < 12; ++c) made.customers.push_back(firm("consignee", of(kTargets, random_())));
    for (int r = 0; r < 3; ++r) made.routes.push_back(route(made.party.country));
    exporters_.push_back(std::move(made));
  }
}

Party DealMaker::firm(std::string role, std::string country) {
  Party party;
  party.role = std::move(role);
  party.name = fmt::format("{} {} {}{}", of(kFirst, random_()), of(kSecond, random_()), below(3) == 0 ? fmt::format("{} ", 1 + below(99)) : "",
                           of(kForms, random_()));
  party.schema = "Company";
  party.country = std::move(country);
  party.address = fmt::format("{} {}, office {}", of(kStreets, random_()), 1 + below(200), 1 + below(500));
  party.identifiers.push_back({"reg", fmt::format("{:012}", random_() % 1'000'000'000'000)});
  Owner owner;
  owner.name = fmt::format("{} {}", of(kPeople, random_()), of(kFamilies, random_()));
  owner.share = ShareRange::parse("100");
  party.owners.emplace({owner});
  return party;
}

Bank DealMaker::bank(const std::string& country) {
  std::string bic;
  for (int i = 0; i < 4; ++i) bic += static_cast<char>('A' + below(26));
  Bank made;
  made.name = fmt::format("{} Bank", of(kFirst, random_()));
  made.bic = bic + country + "22";
  made.country = country;
  return made;
}

DealMaker::Good DealMaker::good() {
  return {fmt::format("{:02}{:02}{:02}", 10 + below(80), 1 + below(40), 10 + below(9) * 10),
          fmt::format("{} {} {}", of(kKinds, random_()), of(kThings, random_()), of(kKinds, random_())), 1 + static_cast<std::int64_t>(below(5000))};
}

std::vector<RouteLeg> DealMaker::route(const std::string& from) {
  std::vector<RouteLeg> legs;
  const auto leg = [&](const std::string& place) {
    RouteLeg made;
    made.place = place;
    made.country = place.substr(0, 2);
    made.mode = "road";
    legs.push_back(std::move(made));
  };
  leg(from + "AAA");
  for (std::size_t i = 0; i < 1 + below(2); ++i) {
    leg(of(kPlaces, random_()));
  }
  return legs;
}

Deal DealMaker::deal_of(const Exporter& exporter, const Good& good, Date around) {
  Deal deal;
  deal.id = fmt::format("D-{}", next_++);
  deal.date = Date{around.day + std::chrono::days(below(30))};
  const Party& customer = exporter.customers[below(exporter.customers.size())];
  deal.parties = {exporter.party, customer};
  GoodsLine line;
  line.description = good.description;
  line.hs = good.hs;
  line.origin = exporter.party.country;
  const auto quantity = static_cast<std::int64_t>((1 + below(200)) * 10);
  line.quantity = Decimal::whole(quantity);
  line.unit = "pcs";
  line.value = Decimal::whole(quantity * good.unit_value + static_cast<std::int64_t>(below(100)));
  line.currency = "EUR";
  deal.goods = {line};
  deal.route = exporter.routes[below(exporter.routes.size())];
  Payment payment;
  payment.amount = line.value;
  payment.currency = "EUR";
  payment.banks = {exporter.bank, bank(customer.country)};
  deal.payment = payment;
  EndUse use;
  use.statement = fmt::format("{} {} in {}", of(kKinds, random_()), of(kThings, random_()), customer.country);
  use.country = customer.country;
  deal.end_use = use;
  return deal;
}

Deal DealMaker::deal() {
  const Exporter& exporter = exporters_[below(exporters_.size())];
  return deal_of(exporter, exporter.goods[below(exporter.goods.size())], Date{Date::from(2025, 1, 1)->day + std::chrono::days(below(600))});
}

Deal DealMaker::neighbour(const Deal& like) {
  // By its number: names repeat in a large market.
  const auto number = [](const Party& party) -> const std::string& { return party.identifiers.front().value; };
  const auto exporter = std::find_if(exporters_.begin(), exporters_.end(),
                                     [&](const Exporter& candidate) { return number(candidate.party) == number(like.parties[0]); });
  const auto good =
      std::find_if(exporter->goods.begin(), exporter->goods.end(), [&](const Good& candidate) { return candidate.hs == like.goods[0].hs; });
  for (;;) {
    Deal made = deal_of(*exporter, *good, *like.date);
    if (made.parties[1].name != like.parties[1].name) return made;
  }
}

void DealMaker::apply(Edit edit, Deal& deal) {
  GoodsLine& line = deal.goods.front();
  switch (edit) {
    case Edit::consignee: deal.parties[1] = firm("consignee", of(kTargets, random_())); return;
    case Edit::exporter: deal.parties[0] = firm("exporter", deal.parties[0].country); return;
    case Edit::code:
      // A neighbouring heading of the chapter, or another chapter altogether.
      line.hs = below(2) == 0 ? line.hs.substr(0, 2) + good().hs.substr(2) : good().hs;
      return;
    case Edit::description:
      line.description = fmt::format("{} {}", of(kKinds, random_()), line.description.substr(line.description.find(' ') + 1));
      return;
    case Edit::value: {
      const auto value = line.value->coefficient;
      line.value = Decimal::whole(value + value / 100 * (static_cast<std::int64_t>(below(11)) - 5));
      deal.payment->amount = line.value;
      return;
    }
    case Edit::route: deal.route = route(deal.parties[0].country); return;
    case Edit::bank: deal.payment->banks.back() = bank(deal.parties[1].country); return;
    case Edit::owner_kept: {
      Party other = firm("consignee", deal.parties[1].country);
      other.owners = deal.parties[1].owners;
      other.address = deal.parties[1].address;
      deal.parties[1] = std::move(other);
      return;
    }
    case Edit::date: deal.date = Date{deal.date->day + std::chrono::days(30 + below(120))}; return;
  }
}

Deal DealMaker::come_back(const Deal& refused, std::size_t edits) {
  Deal copy = refused;
  copy.id = fmt::format("D-{}", next_++);
  copy.date = Date{refused.date->day + std::chrono::days(1 + below(40))};
  std::array<Edit, kEdits> order{};
  for (std::size_t i = 0; i < kEdits; ++i) order[i] = static_cast<Edit>(i);
  std::shuffle(order.begin(), order.end(), random_);
  for (std::size_t i = 0; i < edits; ++i) apply(order[i], copy);
  return copy;
}

}  // namespace tamga::bench
