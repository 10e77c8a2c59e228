#include <fmt/format.h>

#include <memory>

#include "app/rules.h"
#include "cli/commands.h"
#include "cli/goods_editions.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

Result<int> look_up(const Common& common, const std::vector<std::string>& words, const std::string& as_of) {
  std::string text;
  for (const auto& word : words) text += word;
  TAMGA_TRY(const auto code, goods::read_code(text));
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto rules, app::load_rules(common.settings.policy));
  const auto controls = rules.controls.find(code, day);
  if (common.json) {
    Json items = Json::array();
    for (const auto& control : controls) {
      Json item = Json::object();
      item.set("list", control.list)
          .set("title", control.title)
          .set("regime", control.regime)
          .set("article", control.article)
          .set("code", control.code);
      item.set("words", control.words).set("verified", Json::boolean(control.verified)).set("partial", Json::boolean(control.partial));
      if (control.from) item.set("from", control.from->text());
      if (control.to) item.set("to", control.to->text());
      items.push(std::move(item));
    }
    Json answer = Json::object();
    answer.set("code", code).set("as_of", day.text()).set("policy", rules.id).set("controls", std::move(items));
    if (Json moves = editions_json(rules.controls, code); !moves.items.empty()) answer.set("editions", std::move(moves));
    out(answer.dump() + "\n");
    return kDone;
  }
  const std::string editions = editions_text(rules.controls, code);
  if (controls.empty()) {
    out(fmt::format("{}: on none of the control lists that Tamga holds (as of {})\n", code, day.text()) + editions);
    return kDone;
  }
  Table table({"list", "code", "article", "what", ""});
  for (const auto& control : controls) {
    std::string remark = control.verified ? "" : "to be verified";
    if (control.partial) remark += remark.empty() ? "covers the code in part" : ", covers the code in part";
    table.add({control.list, control.code, control.article, control.words.empty() ? control.title : control.words, remark});
  }
  out(table.text() + editions);
  return kDone;
}

}  // namespace

void add_goods(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::vector<std::string> code;
    std::string as_of;
    std::string text;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("goods", "control lists that name a goods code (HS, CN or TN VED)");
  command->add_option("CODE", options->code, "4 to 10 digits; spaces and dots do not matter");
  command->add_option("--as-of", options->as_of, "lists in effect on this day [today]")->type_name("DATE");
  command->add_option("--text", options->text, "not built yet")->type_name("WORDS");
  command->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      if (!options->text.empty() || (!options->code.empty() && options->code.front() == "check")) {
        return failure("'goods --text' and 'goods check' are not built yet; give a code");
      }
      if (options->code.empty()) return std::unexpected(Error{ErrorKind::usage, "goods: a code is needed, for example: tamga goods 854231", {}, 0});
      return look_up(common, options->code, options->as_of);
    };
  });
}

}  // namespace tamga::cli
