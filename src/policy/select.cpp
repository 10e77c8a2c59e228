#include "policy/select.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/ascii.h"

namespace tamga::policy {
namespace {

/// What an atom is about.
enum class About : std::uint8_t {
  role,
  subject_country,
  subject_without_country,
  subject_without_owners,
  name,
  subject_listed,
  network_listed,
  hs,
  goods_without_hs,
  control,
  origin,
  goods_without_origin,
  made_with,
  goods_without_made_with,
  leg_country,
  leg_without_country,
  leg_mode,
  leg_without_mode,
  leg_place,
  leg_place_head,
  leg_without_place,
  leg_without_place_and_country,
  route_not_stated,
  destination,
  destination_not_stated,
  shipped_from,
  shipped_from_not_stated,
  transit,
  route_touches,
  payment_currency,
  payment_currency_not_stated,
  military,
  military_not_stated,
  no_reexport_clause,
  no_reexport_clause_not_stated,
  end_use_stated,
};

/// Which part of a listing an atom names beside its list.
enum class Part : std::uint8_t { none, program, program_open, annex, annex_open, measure, measure_open };

constexpr std::uint32_t kAny = 0;  ///< of lists: any

constexpr std::uint64_t key(About about, std::uint64_t value = 0) { return std::uint64_t(about) << 56 | value; }
constexpr std::uint64_t listing_key(About about, std::uint32_t list, Part part, std::uint32_t value) {
  return key(about, std::uint64_t(part) << 48 | std::uint64_t{list} << 24 | value);
}

/// How often deals hold such an atom, in thousandths and roughly: only to file a condition where it is seldom looked at.
std::uint32_t frequency(About about, Part part, std::size_t code_size) {
  switch (about) {
    case About::role: return 500;
    case About::subject_country: return 60;
    case About::subject_without_country: return 200;
    case About::subject_without_owners: return 800;
    case About::name: return 1;
    case About::subject_listed: return part == Part::none ? 60 : 10;
    case About::network_listed: return part == Part::none ? 30 : 5;
    case About::hs: return code_size <= 2 ? 40 : code_size <= 4 ? 8 : 2;
    case About::control: return 30;
    case About::origin:
    case About::made_with:
    case About::leg_country:
    case About::destination:
    case About::shipped_from:
    case About::transit:
    case About::route_touches: return 30;
    case About::leg_mode: return 300;
    case About::leg_place:
    case About::leg_place_head: return 5;
    case About::payment_currency: return 250;
    case About::military:
    case About::no_reexport_clause: return 300;
    case About::end_use_stated: return 500;
    case About::goods_without_hs:
    case About::leg_without_place_and_country: return 50;
    case About::goods_without_made_with: return 600;
    default: return 100;
  }
}

}  // namespace

Selection Selection::everything(std::size_t count) {
  Selection all(count);
  for (std::size_t number = 0; number < count; ++number) all.add(number);
  return all;
}

std::size_t Selection::size() const {
  std::size_t size = 0;
  for (const auto word : words_) size += static_cast<std::size_t>(std::popcount(word));
  return size;
}

std::uint32_t PatternTable::add(const Pattern& pattern) {
  const auto number = [&](ByText<std::uint32_t>& into) {
    const auto [at, fresh] = into.emplace(pattern.text, count_ + 1);
    if (fresh) ++count_;
    return at->second;
  };
  switch (pattern.kind) {
    case Pattern::Kind::exact: return number(exact_);
    case Pattern::Kind::prefix: {
      const auto at = std::lower_bound(prefix_sizes_.begin(), prefix_sizes_.end(), pattern.text.size());
      if (at == prefix_sizes_.end() || *at != pattern.text.size()) prefix_sizes_.insert(at, pattern.text.size());
      return number(prefix_);
    }
    case Pattern::Kind::contains: break;
  }
  auto& into = pattern.text.size() < kTrigram ? short_ : contained_[pattern.text.substr(0, kTrigram)];
  const auto at = std::find_if(into.begin(), into.end(), [&](const Inner& inner) { return inner.text == pattern.text; });
  if (at != into.end()) return at->number;
  into.push_back({pattern.text, ++count_});
  return count_;
}

void PatternTable::find(std::string_view text, std::vector<std::uint32_t>& numbers) const {
  const std::string folded_text = lower_ascii(text);
  const std::string_view folded = folded_text;
  if (const auto at = exact_.find(folded); at != exact_.end()) numbers.push_back(at->second);
  for (const auto size : prefix_sizes_) {
    if (size > folded.size()) break;
    if (const auto at = prefix_.find(folded.substr(0, size)); at != prefix_.end()) numbers.push_back(at->second);
  }
  for (const auto& inner : short_) {
    if (folded.find(inner.text) != std::string_view::npos) numbers.push_back(inner.number);
  }
  if (contained_.empty()) return;
  for (std::size_t at = 0; at + kTrigram <= folded.size(); ++at) {
    const auto found = contained_.find(folded.substr(at, kTrigram));
    if (found == contained_.end()) continue;
    for (const auto& inner : found->second) {
      if (folded.substr(at).starts_with(inner.text)) numbers.push_back(inner.number);
    }
  }
}

/// Reads the needs out of conditions.
class NeedReader {
 public:
  using Atom = Selector::Atom;
  using Need = Selector::Need;
  using Needs = std::vector<Need>;

  explicit NeedReader(Selector& into) : into_(into) {}

  void file(std::uint32_t number, const Condition& condition) {
    Needs needs = of(condition);
    into_.needs_.emplace_back();
    if (needs.empty()) {
      into_.always_.push_back(number);
      return;
    }
    const auto narrowest = std::min_element(needs.begin(), needs.end(), [&](const Need& a, const Need& b) { return width(a) < width(b); });
    into_.filed_.resize(into_.atoms_.size());
    for (const Atom atom : *narrowest) into_.filed_[atom].push_back(number);
    needs.erase(narrowest);
    into_.needs_.back() = std::move(needs);
  }

 private:
  /// No need: it may hold of any deal. An empty need: of none.
  Needs of(const Condition& condition) {
    switch (condition.word) {
      case Word::all: {
        Needs needs;
        for (const auto& child : condition.children) {
          for (auto& need : of(child)) needs.push_back(std::move(need));
        }
        return needs;
      }
      case Word::any: {
        Need together;
        for (const auto& child : condition.children) {
          const Needs needs = of(child);
          if (needs.empty()) return {};
          const auto narrowest = std::min_element(needs.begin(), needs.end(), [&](const Need& a, const Need& b) { return width(a) < width(b); });
          together.insert(together.end(), narrowest->begin(), narrowest->end());
        }
        return one(std::move(together));
      }
      // Of nothing every_goods says no, so some line must fulfil the condition.
      case Word::every_goods:
      case Word::some_goods:
      case Word::some_subject: return of(condition.children.front());
      case Word::some_leg: {
        Needs needs = of(condition.children.front());
        for (auto& need : needs) need.push_back(atom(About::route_not_stated));
        return needs;
      }
      case Word::role: return texts(About::role, condition.texts, {});
      case Word::subject_country:
      case Word::subject_in: return countries(About::subject_country, condition, {About::subject_without_country});
      case Word::name_contains: return patterns(About::name, into_.names_, condition.patterns, {});
      case Word::listed: return listed(About::subject_listed, condition.filter);
      case Word::owned:
      case Word::controlled: {
        Needs needs = listed(About::network_listed, condition.filter);
        if (condition.owners_required) {
          for (auto& need : needs) need.push_back(atom(About::subject_without_owners));
        }
        return needs;
      }
      case Word::held:
      case Word::divested:
      case Word::listed_owner:
      case Word::listed_director: return listed(About::network_listed, condition.filter);
      case Word::control: return patterns(About::control, into_.controls_, condition.patterns, {About::goods_without_hs});
      case Word::hs: {
        Need need{atom(About::goods_without_hs)};
        for (const auto& code : condition.texts) need.push_back(this->code(code));
        return one(std::move(need));
      }
      case Word::origin: return countries(About::origin, condition, {About::goods_without_origin});
      case Word::made_with: return countries(About::made_with, condition, {About::goods_without_made_with});
      case Word::origin_or_made_with: {
        Needs needs = countries(About::origin, condition, {About::goods_without_origin});
        const Needs made = countries(About::made_with, condition, {});
        for (const Atom also : made.front()) needs.front().push_back(also);
        return needs;
      }
      case Word::leg_country: return countries(About::leg_country, condition, {About::leg_without_country});
      case Word::leg_mode: return texts(About::leg_mode, condition.texts, {About::leg_without_mode});
      case Word::leg_place: return places(condition);
      case Word::destination: return countries(About::destination, condition, {About::destination_not_stated});
      case Word::shipped_from: return countries(About::shipped_from, condition, {About::shipped_from_not_stated});
      case Word::transit: return countries(About::transit, condition, {About::route_not_stated, About::leg_without_country});
      case Word::route_touches: return countries(About::route_touches, condition, {About::route_not_stated, About::leg_without_country});
      case Word::payment_currency: return texts(About::payment_currency, condition.texts, {About::payment_currency_not_stated});
      case Word::end_use_military: return truth(About::military, condition, {About::military_not_stated});
      case Word::no_reexport_clause: return truth(About::no_reexport_clause, condition, {About::no_reexport_clause_not_stated});
      case Word::end_use_stated: return truth(About::end_use_stated, condition, {});
      // always, not, schema, dates, amounts, and every word that came after this was written.
      default: return {};
    }
  }

  static Needs one(Need need) {
    Needs needs;
    needs.push_back(std::move(need));
    return needs;
  }

  Atom atom(std::uint64_t of_key, std::uint32_t seldom) {
    const auto [at, fresh] = into_.atoms_.emplace(of_key, static_cast<Atom>(into_.atoms_.size()));
    if (fresh) frequency_.push_back(seldom);
    return at->second;
  }
  Atom atom(About about, std::uint64_t value = 0) { return atom(key(about, value), frequency(about, Part::none, 0)); }

  Atom code(const std::string& text) {
    if (const auto at = into_.codes_.find(text); at != into_.codes_.end()) return at->second;
    const Atom made = atom(key(About::hs, into_.codes_.size()), frequency(About::hs, Part::none, text.size()));
    into_.codes_.emplace(text, made);
    return made;
  }

  std::uint64_t width(const Need& need) const {
    std::uint64_t sum = 0;
    for (const Atom atom : need) sum += frequency_[atom];
    return sum;
  }

  Need open(std::initializer_list<About> abouts) {
    Need need;
    for (const About about : abouts) need.push_back(atom(about));
    return need;
  }

  Needs countries(About about, const Condition& condition, std::initializer_list<About> not_stated) {
    Need need = open(not_stated);
    for (std::size_t bit = 0; bit < kCountryCodes; ++bit) {
      if (condition.countries.test(bit)) need.push_back(atom(about, bit));
    }
    return one(std::move(need));
  }

  Needs patterns(About about, PatternTable& table, const std::vector<Pattern>& all, std::initializer_list<About> not_stated) {
    Need need = open(not_stated);
    for (const auto& pattern : all) need.push_back(atom(about, table.add(pattern)));
    return one(std::move(need));
  }

  /// Words of a closed set; their case does not matter here, only in the evaluation.
  Needs texts(About about, const std::vector<std::string>& all, std::initializer_list<About> not_stated) {
    Need need = open(not_stated);
    for (const auto& text : all) need.push_back(atom(about, into_.words_.add({lower_ascii(text), Pattern::Kind::exact})));
    return one(std::move(need));
  }

  Needs truth(About about, const Condition& condition, std::initializer_list<About> not_stated) {
    Need need = open(not_stated);
    need.push_back(atom(about, condition.truth ? 1 : 0));
    return one(std::move(need));
  }

  /// A leg without a place may be any of those that begin with its country.
  Needs places(const Condition& condition) {
    Needs needs = patterns(About::leg_place, into_.places_, condition.patterns, {About::leg_without_place_and_country});
    for (const auto& pattern : condition.patterns) {
      const bool anywhere = pattern.kind == Pattern::Kind::contains || pattern.text.size() < 2;
      needs.front().push_back(anywhere ? atom(About::leg_without_place)
                                       : atom(About::leg_place_head, into_.places_.add({pattern.text.substr(0, 2), Pattern::Kind::exact})));
    }
    return needs;
  }

  /// One need for the list alone, or for each part of a designation together with it: what a list does not say may be anything.
  Needs listed(About about, const ListFilter& filter) {
    std::vector<std::uint32_t> lists;
    for (const auto& pattern : filter.list) lists.push_back(into_.lists_.add(pattern));
    if (lists.empty()) lists.push_back(kAny);
    Needs needs;
    const auto with = [&](const std::vector<Pattern>& all, PatternTable& table, Part part, Part left_open) {
      if (all.empty()) return;
      Need need;
      for (const auto list : lists) {
        need.push_back(atom(listing_key(about, list, left_open, 0), frequency(about, left_open, 0)));
        for (const auto& pattern : all) {
          need.push_back(atom(listing_key(about, list, part, table.add(pattern)), frequency(about, part, 0)));
        }
      }
      needs.push_back(std::move(need));
    };
    with(filter.program, into_.programs_, Part::program, Part::program_open);
    with(filter.annex, into_.annexes_, Part::annex, Part::annex_open);
    with(filter.measure, into_.measures_, Part::measure, Part::measure_open);
    if (!needs.empty()) return needs;
    Need need;
    for (const auto list : lists) need.push_back(atom(listing_key(about, list, Part::none, 0), frequency(about, Part::none, 0)));
    return one(std::move(need));
  }

  Selector& into_;
  std::vector<std::uint32_t> frequency_;  ///< by atom
};

/// The atoms that a deal holds, of those that some condition asks for.
class DealAtoms {
 public:
  DealAtoms(const Selector& selector, const DealView& view) : selector_(selector), view_(view), held_(selector.atoms_.size()) {
    for (const auto& subject : view.facts.subjects) of_subject(subject);
    of_network();
    for (const auto& goods : view.facts.goods) of_goods(goods);
    of_route();
    of_deal();
  }

  [[nodiscard]] const std::vector<Selector::Atom>& atoms() const { return atoms_; }
  [[nodiscard]] bool has(Selector::Atom atom) const { return held_.has(atom); }

 private:
  void note(Selector::Atom atom) {
    if (held_.has(atom)) return;
    held_.add(atom);
    atoms_.push_back(atom);
  }
  void note_key(std::uint64_t of_key) {
    if (const auto at = selector_.atoms_.find(of_key); at != selector_.atoms_.end()) note(at->second);
  }
  void note(About about, std::uint64_t value = 0) { note_key(key(about, value)); }
  void note_country(About about, std::string_view code) {
    if (const auto bit = country_bit(code)) note(about, *bit);
  }
  void note_text(About about, const PatternTable& table, std::string_view text) {
    numbers_.clear();
    table.find(text, numbers_);
    for (const auto number : numbers_) note(about, number);
  }

  void of_subject(const Subject& subject) {
    note_text(About::role, selector_.words_, subject.role);
    note_text(About::name, selector_.names_, subject.name);
    note_country(About::subject_country, subject.country);
    note_candidate(subject.country);
    if (!subject.owners_stated) note(About::subject_without_owners);
    for (const auto& match : subject.matches) of_match(About::subject_listed, match);
  }

  void of_match(About about, const Match& match) {
    lists_.assign(1, kAny);
    selector_.lists_.find(match.list, lists_);
    const auto parts = [&](const PatternTable& table, Part part, Part left_open, std::string Designation::* value, bool may_be_absent) {
      bool some_open = match.designations.empty();
      for (const auto& designation : match.designations) {
        const std::string& text = designation.*value;
        some_open = some_open || (text.empty() && !may_be_absent);
        numbers_.clear();
        table.find(text, numbers_);
        for (const auto list : lists_) {
          for (const auto number : numbers_) note_key(listing_key(about, list, part, number));
        }
      }
      if (!some_open) return;
      for (const auto list : lists_) note_key(listing_key(about, list, left_open, 0));
    };
    for (const auto list : lists_) note_key(listing_key(about, list, Part::none, 0));
    parts(selector_.programs_, Part::program, Part::program_open, &Designation::program, false);
    parts(selector_.annexes_, Part::annex, Part::annex_open, &Designation::annex, true);
    parts(selector_.measures_, Part::measure, Part::measure_open, &Designation::measure, false);
  }

  /// Who holds nothing owns, controls and directs nothing, unless it counts as one with who does.
  void of_network() {
    const auto* graph = view_.facts.network.graph.get();
    if (graph == nullptr) return;
    const auto& parties = view_.facts.network.parties;
    for (std::uint32_t i = 0; i < parties.size(); ++i) {
      if (parties[i].matches.empty()) continue;
      const auto in = graph->in(i);
      const bool joint = std::any_of(in.begin(), in.end(), [](const auto& holding) { return holding.kind == ownership::Kind::joint; });
      if (graph->out(i).empty() && !joint) continue;
      for (const auto& match : parties[i].matches) of_match(About::network_listed, match);
    }
  }

  void of_goods(const GoodsFact& goods) {
    if (goods.hs.empty()) {
      note(About::goods_without_hs);
    } else {
      const std::string_view code = goods.hs;
      for (std::size_t size = 1; size <= code.size(); ++size) {
        if (const auto at = selector_.codes_.find(code.substr(0, size)); at != selector_.codes_.end()) note(at->second);
      }
      // A code that is too short to tell may be any of those that begin with it.
      for (auto at = selector_.codes_.lower_bound(code); at != selector_.codes_.end() && at->first.starts_with(code); ++at) note(at->second);
    }
    for (const auto& control : goods.controls) note_text(About::control, selector_.controls_, control.list);
    note_country(About::origin, goods.origin);
    if (goods.origin.empty()) note(About::goods_without_origin);
    for (const auto& code : goods.made_with) note_country(About::made_with, code);
    if (goods.made_with.empty()) note(About::goods_without_made_with);
  }

  void of_route() {
    if (!view_.facts.route) {
      note(About::route_not_stated);
      return;
    }
    for (const auto& leg : *view_.facts.route) {
      note_country(About::leg_country, leg.country);
      note_candidate(leg.country);
      if (leg.country.empty()) note(About::leg_without_country);
      note_text(About::leg_mode, selector_.words_, leg.mode);
      if (leg.mode.empty()) note(About::leg_without_mode);
      if (!leg.place.empty()) {
        note_text(About::leg_place, selector_.places_, leg.place);
        continue;
      }
      note(About::leg_without_place);
      if (leg.country.empty()) note(About::leg_without_place_and_country);
      note_text(About::leg_place_head, selector_.places_, leg.country);
    }
  }

  void of_deal() {
    const Facts& facts = view_.facts;
    if (view_.subject_without_country) note(About::subject_without_country);
    note_candidate(facts.end_use_country);
    if (view_.destination.none()) note(About::destination_not_stated);
    if (view_.shipped_from.none()) note(About::shipped_from_not_stated);
    note_text(About::payment_currency, selector_.words_, facts.payment_currency);
    if (facts.payment_currency.empty()) note(About::payment_currency_not_stated);
    note_truth(About::military, About::military_not_stated, facts.military);
    note_truth(About::no_reexport_clause, About::no_reexport_clause_not_stated, facts.no_reexport_clause);
    note(About::end_use_stated, facts.end_use_stated ? 1 : 0);
  }

  void note_truth(About about, About not_stated, const std::optional<bool>& value) { value ? note(about, *value ? 1 : 0) : note(not_stated); }

  /// The view's countries are all of subjects, legs and the end use.
  void note_candidate(std::string_view code) {
    const auto bit = country_bit(code);
    if (!bit) return;
    if (view_.destination.test(*bit)) note(About::destination, *bit);
    if (view_.shipped_from.test(*bit)) note(About::shipped_from, *bit);
    // Of where the route begins it may be open whether it is transit.
    if (view_.transit.test(*bit) || view_.before_route.test(*bit)) note(About::transit, *bit);
    if (view_.touched.test(*bit)) note(About::route_touches, *bit);
  }

  const Selector& selector_;
  const DealView& view_;
  Selection held_;
  std::vector<Selector::Atom> atoms_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint32_t> lists_;
};

Selector::Selector(std::span<const Condition* const> conditions) {
  NeedReader reader(*this);
  for (std::uint32_t number = 0; number < conditions.size(); ++number) reader.file(number, *conditions[number]);
  filed_.resize(atoms_.size());
}

Selection Selector::select(const DealView& view) const {
  Selection selected(needs_.size());
  for (const auto number : always_) selected.add(number);
  const DealAtoms deal(*this, view);
  for (const Atom atom : deal.atoms()) {
    for (const auto number : filed_[atom]) {
      const bool all = std::all_of(needs_[number].begin(), needs_[number].end(),
                                   [&](const Need& need) { return std::any_of(need.begin(), need.end(), [&](Atom one) { return deal.has(one); }); });
      if (all) selected.add(number);
    }
  }
  return selected;
}

}  // namespace tamga::policy
