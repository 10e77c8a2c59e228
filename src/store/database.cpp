#include "store/database.h"

namespace tamga::store {

Status Statement::run() {
  TAMGA_TRY(const bool row, step());
  TAMGA_CHECK(!row);
  return {};
}

Result<std::int64_t> Statement::run_counted() {
  TAMGA_TRY_STATUS(run());
  return query_->changed();
}

Result<Statement> Database::prepare(std::string_view sql, Rows rows) {
  TAMGA_TRY(auto query, engine_->prepare(sql, rows));
  return Statement(std::move(query), *engine_);
}

}  // namespace tamga::store
