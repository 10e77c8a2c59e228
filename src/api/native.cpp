#include "api/native.h"

extern "C" {
extern const char tamga_api_schemas[];
extern const char tamga_api_schemas_end[];
}

namespace tamga::api {

Table native() {
  Table table;
  add_screening(table.endpoints);
  add_lists(table.endpoints);
  add_deals(table.endpoints);
  add_alerts(table.endpoints);
  add_approvals(table.endpoints);
  add_consultations(table.endpoints);
  add_licences(table.endpoints);
  add_goods(table.endpoints);
  add_flows(table.endpoints);
  add_people(table.endpoints);
  add_scenarios(table.endpoints);
  add_search(table.endpoints);
  add_watch(table.endpoints);
  auto schemas = parse_json(std::string_view(tamga_api_schemas, static_cast<std::size_t>(tamga_api_schemas_end - tamga_api_schemas)));
  TAMGA_CHECK(schemas.has_value());
  table.schemas = *std::move(schemas);
  return table;
}

}  // namespace tamga::api
