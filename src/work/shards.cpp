#include "work/shards.h"

#include <fmt/format.h>

#include <map>

namespace tamga::work {
namespace {

std::chrono::milliseconds steady_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Status shard(Line& line, const ShardOptions& options, const std::function<Result<std::optional<Request>>()>& next,
             const std::function<Status(Answer)>& take) {
  const auto now = options.now ? options.now : steady_now;
  std::int64_t asked = 0;  // chunks
  std::int64_t taken = 0;
  bool more = true;
  Assembly assembly;
  std::map<std::int64_t, Answer> ready;
  std::map<std::int64_t, Request> open;
  auto heard = now();
  auto looked = heard;
  auto silence = options.ask_again;
  for (;;) {
    while (more && asked - taken < static_cast<std::int64_t>(std::max<std::size_t>(1, options.in_flight))) {
      TAMGA_TRY(auto request, next());
      if (!request) {
        more = false;
        break;
      }
      TAMGA_CHECK(request->chunk == asked);
      TAMGA_TRY_STATUS(line.send(*request));
      open.emplace(asked++, *std::move(request));
    }
    if (!more && asked == taken) return {};
    constexpr std::chrono::milliseconds kLook{500};
    TAMGA_TRY(const auto bytes, line.receive(kLook));
    if (!bytes) {
      if (now() - heard > options.patience) {
        return failure(fmt::format("no worker has answered for {} s; {} of {} chunks that were asked have no answer",
                                   std::chrono::duration_cast<std::chrono::seconds>(options.patience).count(), asked - taken, asked));
      }
      if (now() - looked < silence) continue;
      looked = now();
      const auto outstanding = line.outstanding();
      if (!outstanding) continue;
      silence *= 2;
      if (*outstanding >= static_cast<std::int64_t>(open.size())) continue;
      line.renew();
      // Which of them it has cannot be told apart, and an answer that comes twice does no harm.
      for (auto& [chunk, request] : open) {
        ++request.copy;
        TAMGA_TRY_STATUS(line.send(request));
      }
      continue;
    }
    auto part = read_answer_part(*bytes);
    // Somebody else's noise on our subject is no reason to end.
    if (!part || part->chunk < taken || part->chunk >= asked || ready.contains(part->chunk)) continue;
    heard = looked = now();
    silence = options.ask_again;
    auto answer = assembly.add(*std::move(part));
    if (!answer) continue;
    if (!answer->error.empty()) return failure(fmt::format("chunk {} cannot be answered: {}", answer->chunk, answer->error));
    const std::int64_t chunk = answer->chunk;
    open.erase(chunk);
    ready.emplace(chunk, *std::move(answer));
    for (auto first = ready.find(taken); first != ready.end(); first = ready.find(taken)) {
      TAMGA_TRY_STATUS(take(std::move(first->second)));
      ready.erase(first);
      ++taken;
    }
  }
}

}  // namespace tamga::work
