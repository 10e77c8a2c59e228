// Payment messages read a second, on one core: from bytes to elements, and on to a deal. The messages are the samples of examples/payments, and a
// pacs.008 of a thousand transactions made of the first of them.
#include <benchmark/benchmark.h>

#include <string>

#include "base/files.h"
#include "messages/messages.h"

namespace tamga {
namespace {

std::string sample(const char* name) {
  auto bytes = read_file(std::string(TAMGA_SOURCE_DIR) + "/examples/payments/" + name);
  return bytes ? *std::move(bytes) : std::string();
}

void measure(benchmark::State& state, const std::string& bytes) {
  std::size_t transactions = 0;
  for (auto _ : state) {
    const auto payments = messages::read(bytes);
    if (!payments) {
      state.SkipWithError(payments.error().text().c_str());
      return;
    }
    for (const auto& payment : *payments) benchmark::DoNotOptimize(messages::deal_of(payment));
    transactions += payments->size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(transactions));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}

void read(benchmark::State& state, const char* name) { measure(state, sample(name)); }

void read_thousand(benchmark::State& state) {
  const std::string bytes = sample("01-pacs008-listed-bank.xml");
  const auto begin = bytes.find("<CdtTrfTxInf>");
  const auto end = bytes.rfind("</CdtTrfTxInf>") + std::string("</CdtTrfTxInf>").size();
  std::string many = bytes.substr(0, begin);
  for (int i = 0; i < 500; ++i) many += bytes.substr(begin, end - begin);
  measure(state, many + bytes.substr(end));
}

BENCHMARK_CAPTURE(read, pacs008, "01-pacs008-listed-bank.xml");
BENCHMARK_CAPTURE(read, pacs009_cov, "02-pacs009-cov-stripped-originator.xml");
BENCHMARK_CAPTURE(read, pain001, "03-pain001-clean.xml");
BENCHMARK_CAPTURE(read, mt103, "04-mt103-name-in-text.fin");
BENCHMARK_CAPTURE(read, mt202_cov, "05-mt202cov-truncated.fin");
BENCHMARK(read_thousand)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tamga
