#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "peers/testing_peers.h"

// Bodies that clients of others' APIs send: /match (JSON) and /reconcile (a form). Whatever comes, the answer is a JSON document of a status that
// the API has; an answer of 200 has what it promises, and gives it again.
namespace {

using namespace tamga;
using namespace tamga::peers::testing_peers;

const Caller& samples() {
  static const Folder folder("fuzz");
  static const auto caller = [] {
    TAMGA_CHECK(import_samples(settings_of(folder)));
    auto made = std::make_unique<Caller>(settings_of(folder));
    TAMGA_CHECK(made->ready());
    return made;
  }();
  return *caller;
}

void check(const Answer& answer) {
  TAMGA_CHECK(answer.status == 200 || answer.status == 400 || answer.status == 422);
  TAMGA_CHECK(answer.json.is_object());
  TAMGA_CHECK((answer.status == 200) == (answer.json.find("detail") == nullptr || answer.json.members.size() > 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto matched = samples().post("/match/default?threshold=0.5&limit=3", body);
  check(matched);
  if (matched.status == 200) {
    for (const auto& response : at(matched.json, {"responses"}).members) {
      TAMGA_CHECK(at(response.value, {"results"}).items.size() <= 3);
      // What was understood of an example, sent again, is understood the same.
      Json again = at(response.value, {"query"});
      if (again.find("id")->kind == Json::Kind::null) std::erase_if(again.members, [](const JsonMember& member) { return member.key == "id"; });
      const auto second =
          samples().post("/match/default?threshold=0.5&limit=3", Json::object().set("queries", Json::object().set("q", std::move(again))).dump());
      TAMGA_CHECK(second.status == 200);
      TAMGA_CHECK(at(second.json, {"responses", "q", "results"}) == at(response.value, {"results"}));
    }
  }
  const api::Pairs form = {{"content-type", "application/x-www-form-urlencoded"}};
  const auto reconciled = samples().post("/reconcile/sanctions", body, form);
  TAMGA_CHECK(reconciled.status == 200 || reconciled.status == 400 || reconciled.status == 422);
  TAMGA_CHECK(reconciled.json.is_object());
  return 0;
}
